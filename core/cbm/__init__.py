"""The RESTful service of Checks by Monitoring (CbM): parcels, their statistics over time, image chips."""
