<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>SentinelWorkbench</name>
    <message>
        <location filename="../ui/algorithm_dialog.py" line="24"/>
        <source>The Processing algorithm &apos;{name}&apos; is not there.</source>
        <translation>Den Algorithmus '{name}' gibt es hier nicht.</translation>
    </message>
    <message>
        <location filename="../ui/algorithm_dialog.py" line="24"/>
        <source>Switch on the plugin Processing under Plugins.</source>
        <translation>Schalten Sie unter Erweiterungen die Erweiterung Processing ein.</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="60"/>
        <source>Keep…</source>
        <translation>Merken …</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="61"/>
        <source>Keep this area under a name.</source>
        <translation>Dieses Gebiet unter einem Namen merken.</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="63"/>
        <source>Draw on the map</source>
        <translation>Auf der Karte zeichnen</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="64"/>
        <source>Click for each corner, right-click to end, Esc to begin anew.</source>
        <translation>Für jede Ecke klicken, Rechtsklick beendet, Esc beginnt von vorn.</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="68"/>
        <source>An order for each selected polygon, or for all when none is selected.</source>
        <translation>Ein Auftrag für jedes gewählte Polygon, oder für alle, wenn keines gewählt ist.</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="69"/>
        <source>west, south, east, north in degrees</source>
        <translation>West, Süd, Ost, Nord in Grad</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="70"/>
        <source>Longitude and latitude, such as 46.16, -16.15, 46.51, -15.58</source>
        <translation>Länge und Breite, etwa 46.16, -16.15, 46.51, -15.58</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="71"/>
        <source>longitude, latitude</source>
        <translation>Länge, Breite</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="72"/>
        <source>In degrees, such as 46.31, -15.72</source>
        <translation>In Grad, etwa 46.31, -15.72</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="73"/>
        <source>Pick on the map</source>
        <translation>In der Karte wählen</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="269"/>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="85"/>
        <source>Map view</source>
        <translation>Kartenausschnitt</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="85"/>
        <source>Drawn rectangle</source>
        <translation>Gezeichnetes Rechteck</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="85"/>
        <source>Drawn polygon</source>
        <translation>Gezeichnetes Polygon</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="85"/>
        <source>Extent of a layer</source>
        <translation>Ausdehnung eines Layers</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="85"/>
        <source>Polygons of a layer</source>
        <translation>Polygone eines Layers</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="85"/>
        <source>Coordinates</source>
        <translation>Koordinaten</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="85"/>
        <source>Saved area</source>
        <translation>Gemerktes Gebiet</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="96"/>
        <source>Point</source>
        <translation>Punkt</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="97"/>
        <source>Anywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="106"/>
        <source>Follows the map.</source>
        <translation>Folgt der Karte.</translation>
    </message>
    <message>
        <location filename="../ui/area_chooser.py" line="106"/>
        <source>Wherever there are scenes.</source>
        <translation>Wo immer es Szenen gibt.</translation>
    </message>
    <message>
        <location filename="../ui/area_controller.py" line="106"/>
        <source>No area is saved yet.</source>
        <translation>Noch ist kein Gebiet gemerkt.</translation>
    </message>
    <message>
        <location filename="../ui/area_controller.py" line="106"/>
        <source>Choose one another way and press 'Keep…'.</source>
        <translation>Wählen Sie eines auf andere Weise und drücken Sie „Merken…“.</translation>
    </message>
    <message>
        <location filename="../ui/area_controller.py" line="111"/>
        <source>Keep this area</source>
        <translation>Gebiet merken</translation>
    </message>
    <message>
        <location filename="../ui/area_controller.py" line="111"/>
        <source>Name:</source>
        <translation>Name:</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="22"/>
        <source>New script from bands</source>
        <translation>Neues Skript aus Bändern</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="29"/>
        <source>{band}, {resolution} m</source>
        <translation>{band}, {resolution} m</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="37"/>
        <source>AUTO (a picture)</source>
        <translation>AUTO (ein Bild)</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="41"/>
        <source>&amp;Write the script</source>
        <translation>Skript &amp;schreiben</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="49"/>
        <source>&amp;Bands of {collection}, in the order of the list:</source>
        <translation>&amp;Bänder von {collection}, in der Reihenfolge der Liste:</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="54"/>
        <source>&amp;Unit</source>
        <translation>&amp;Einheit</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="55"/>
        <source>&amp;Numbers as</source>
        <translation>&amp;Zahlen als</translation>
    </message>
    <message>
        <location filename="../ui/band_picker.py" line="79"/>
        <source>each band&apos;s own</source>
        <translation>die des jeweiligen Bandes</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="165"/>
        <source>Bands</source>
        <translation>Bänder</translation>
    </message>
    <message>
        <location filename="../ui/band_table.py" line="34"/>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <location filename="../ui/band_table.py" line="34"/>
        <source>File (BAND)</source>
        <translation>Datei (BAND)</translation>
    </message>
    <message>
        <location filename="../ui/band_table.py" line="34"/>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <location filename="../ui/band_table.py" line="34"/>
        <source>Bits</source>
        <translation>Bit</translation>
    </message>
    <message>
        <location filename="../ui/band_table.py" line="34"/>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>No data</source>
        <translation>Leerwert</translation>
    </message>
    <message>
        <location filename="../ui/band_table.py" line="46"/>
        <source>&amp;Add band</source>
        <translation>&amp;Band hinzufügen</translation>
    </message>
    <message>
        <location filename="../ui/band_table.py" line="48"/>
        <source>&amp;Remove band</source>
        <translation>Band ent&amp;fernen</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="71"/>
        <source>There is a catalog &apos;{name}&apos; already.</source>
        <translation>Es gibt schon einen Katalog '{name}'.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="102"/>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="81"/>
        <source>Saved; searches go there now.</source>
        <translation>Gespeichert; gesucht wird jetzt dort.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="86"/>
        <source>Forget the catalog &apos;{name}&apos;?</source>
        <translation>Den Katalog '{name}' vergessen?</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="87"/>
        <source>Remove catalog</source>
        <translation>Katalog entfernen</translation>
    </message>
    <message>
        <location filename="../ui/fusion_input.py" line="58"/>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <location filename="../ui/entry_test.py" line="43"/>
        <source>Asking {url}…</source>
        <translation>{url} wird gefragt…</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="132"/>
        <source>Testing {name}</source>
        <translation>{name} wird geprüft</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="113"/>
        <source>{title} answers, but lists no collections.</source>
        <translation>{title} antwortet, nennt aber keine Sammlungen.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="113"/>
        <source>Check the address.</source>
        <translation>Adresse prüfen.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="117"/>
        <source>Files of a catalog; they are searched here. Collections: {count}.</source>
        <translation>Dateien eines Katalogs; sie werden hier durchsucht. Sammlungen: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="119"/>
        <source>{title} answers and can filter by properties. Collections: {count}.</source>
        <translation>{title} antwortet und kann nach Eigenschaften filtern. Sammlungen: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_controller.py" line="121"/>
        <source>{title} answers; it can&apos;t filter, which is done here. Collections: {count}.</source>
        <translation>{title} antwortet; filtern kann er nicht, das geschieht hier. Sammlungen: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="22"/>
        <source>T&amp;est</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="23"/>
        <source>STAC catalogs</source>
        <translation>STAC-Kataloge</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="31"/>
        <source>STAC files (*.json *.geojson)</source>
        <translation>STAC-Dateien (*.json *.geojson)</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="32"/>
        <source>https://… of the landing page, or a file</source>
        <translation>https://… der Startseite, oder eine Datei</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="37"/>
        <source>Access key and secret of the storage as user name and password, for files that are not public.</source>
        <translation>Zugangsschlüssel und Geheimnis des Speichers als Benutzername und Passwort, für nicht öffentliche Dateien.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="41"/>
        <source>https://… of another storage than the usual one</source>
        <translation>https://… eines anderen Speichers als des üblichen</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="42"/>
        <source>Where addresses that begin with s3:// lie. Empty: at Amazon, or in the known catalog&apos;s own storage. The key goes there and nowhere else.</source>
        <translation>Wo Adressen liegen, die mit s3:// beginnen. Leer: bei Amazon oder im eigenen Speicher des bekannten Katalogs. Der Schlüssel geht nur dorthin.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="46"/>
        <source>the usual one</source>
        <translation>die übliche</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="47"/>
        <source>Region of the storage, such as eu-central-1.</source>
        <translation>Region des Speichers, etwa eu-central-1.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="48"/>
        <source>I &amp;pay for what is read (requester pays)</source>
        <translation>Ich &amp;zahle für das Gelesene (requester pays)</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="72"/>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="52"/>
        <source>A&amp;ddress</source>
        <translation>A&amp;dresse</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="56"/>
        <source>&amp;Login</source>
        <translation>An&amp;meldung</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="58"/>
        <source>Files&apos; &amp;key</source>
        <translation>&amp;Schlüssel der Dateien</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="60"/>
        <source>St&amp;orage</source>
        <translation>Sp&amp;eicher</translation>
    </message>
    <message>
        <location filename="../ui/storage_form.py" line="57"/>
        <source>Re&amp;gion</source>
        <translation>Re&amp;gion</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="82"/>
        <source>Goes to the catalog alone, never to the servers of its files.</source>
        <translation>Geht nur an den Katalog, nie an die Server seiner Dateien.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="82"/>
        <source>Its files lie in S3 storage: choose your S3 key of the Copernicus Data Space below.</source>
        <translation>Seine Dateien liegen in S3-Speicher: Wählen Sie unten Ihren S3-Schlüssel des Copernicus Data Space.</translation>
    </message>
    <message>
        <location filename="../ui/catalogs_dialog.py" line="82"/>
        <source>A known catalog: its files need no login. A login chosen here goes to the catalog alone.</source>
        <translation>Ein bekannter Katalog: Seine Dateien brauchen keine Anmeldung. Eine hier gewählte geht nur an den Katalog.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="88"/>
        <source>The password of &apos;{user}&apos; is missing.</source>
        <translation>Das Passwort von „{user}“ fehlt.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="88"/>
        <source>A password is kept for &apos;{user}&apos;.</source>
        <translation>Für „{user}“ ist ein Passwort hinterlegt.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="88"/>
        <source>Type user and password.</source>
        <translation>Benutzer und Passwort eingeben.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="92"/>
        <source>The kept password belongs to {host}.</source>
        <translation>Das hinterlegte Passwort gehört zu {host}.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="92"/>
        <source>Type it again to send it to another server.</source>
        <translation>Um es an einen anderen Server zu senden, bitte neu eingeben.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="101"/>
        <source>There is a server &apos;{name}&apos; already.</source>
        <translation>Es gibt schon einen Server „{name}“.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="109"/>
        <source>Saved; parcels are asked for there now.</source>
        <translation>Gespeichert; Parzellen werden jetzt dort erfragt.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="114"/>
        <source>Forget the server &apos;{name}&apos; and its stored password?</source>
        <translation>Server „{name}“ und sein hinterlegtes Passwort vergessen?</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="115"/>
        <source>Remove server</source>
        <translation>Server entfernen</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="139"/>
        <source>The server answers, but can&apos;t tell its areas and years: it is of an early generation, or another kind of server. Type area and year by hand.</source>
        <translation>Der Server antwortet, nennt aber keine Gebiete und Jahre: Er ist von einer frühen Generation oder ein anderer Server. Gebiet und Jahr von Hand eingeben.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="158"/>
        <source>The server answers, but your account has no area.</source>
        <translation>Der Server antwortet, aber Ihr Konto hat kein Gebiet.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="158"/>
        <source>Ask for access.</source>
        <translation>Bitten Sie um Zugang.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="97"/>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="164"/>
        <source>{name} answers. Areas and years: {areas}.</source>
        <translation>{name} antwortet. Gebiete und Jahre: {areas}.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="164"/>
        <source>The server</source>
        <translation>Der Server</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_controller.py" line="171"/>
        <source>no year</source>
        <translation>kein Jahr</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="26"/>
        <source>{first} to {last}</source>
        <translation>{first} bis {last}</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="23"/>
        <source>CbM servers</source>
        <translation>CbM-Server</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="29"/>
        <source>https://… of the server, without /query</source>
        <translation>https://… des Servers, ohne /query</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="33"/>
        <source>Kept encrypted in QGIS&apos;s authentication manager, and sent to this server alone.</source>
        <translation>Wird verschlüsselt in der Authentifizierungsverwaltung von QGIS abgelegt und nur an diesen Server gesendet.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="36"/>
        <source>Find out</source>
        <translation>Herausfinden</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="36"/>
        <source>4: area and year, files under /static/tmp (since 2022-12)</source>
        <translation>4: Gebiet und Jahr, Dateien unter /static/tmp (seit 2022-12)</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="36"/>
        <source>3: area and year, files under /dump (2021-06 to 2022-12)</source>
        <translation>3: Gebiet und Jahr, Dateien unter /dump (2021-06 bis 2022-12)</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="36"/>
        <source>2: one table such as nld2018, files under /dump (2021-04)</source>
        <translation>2: eine Tabelle wie nld2018, Dateien unter /dump (2021-04)</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="36"/>
        <source>1: one table such as nld2018, no chips (2021-01)</source>
        <translation>1: eine Tabelle wie nld2018, keine Chips (2021-01)</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="44"/>
        <source>What its addresses look like. Only servers from before June 2021 have to be told apart by hand.</source>
        <translation>Wie seine Adressen aussehen. Nur Server von vor Juni 2021 müssen von Hand bezeichnet werden.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="46"/>
        <source>Allow unprotected &amp;http, such as within an office&apos;s own network</source>
        <translation>Ungeschütztes &amp;http erlauben, etwa im eigenen Netz einer Behörde</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="54"/>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="55"/>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="56"/>
        <source>As your paying agency gave them to you. Left empty, the environment variables CBM_USER and CBM_PASSWORD are used.</source>
        <translation>Wie Ihre Zahlstelle sie vergeben hat. Bleiben sie leer, gelten die Umgebungsvariablen CBM_USER und CBM_PASSWORD.</translation>
    </message>
    <message>
        <location filename="../ui/cbm_servers_dialog.py" line="58"/>
        <source>&amp;Generation</source>
        <translation>&amp;Generation</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="142"/>
        <source>stored; type to replace it</source>
        <translation>gespeichert; zum Ersetzen eintippen</translation>
    </message>
    <message>
        <location filename="../ui/upload_controller.py" line="93"/>
        <source>Checking files</source>
        <translation>Dateien werden geprüft</translation>
    </message>
    <message>
        <location filename="../ui/check_controller.py" line="78"/>
        <source>Making COGs</source>
        <translation>COGs werden erzeugt</translation>
    </message>
    <message>
        <location filename="../ui/check_controller.py" line="82"/>
        <source>Stopped. What was checked or made is shown.</source>
        <translation>Angehalten. Was geprüft oder erzeugt wurde, wird gezeigt.</translation>
    </message>
    <message>
        <location filename="../ui/check_controller.py" line="105"/>
        <source>COGs made of {done} of {count} files, in {folder}.</source>
        <translation>Aus {done} von {count} Dateien wurden COGs in {folder}.</translation>
    </message>
    <message>
        <location filename="../ui/check_controller.py" line="131"/>
        <source>Choose a folder or files, then &apos;Check&apos;. Nothing is sent anywhere.</source>
        <translation>Wählen Sie einen Ordner oder Dateien, dann „Prüfen“. Nichts wird gesendet.</translation>
    </message>
    <message>
        <location filename="../ui/check_controller.py" line="132"/>
        <source>Refused: {bad}; good: {good}.</source>
        <translation>Abgelehnt: {bad}; gut: {good}.</translation>
    </message>
    <message>
        <location filename="../ui/check_controller.py" line="138"/>
        <source>Nothing to make: no file is refused.</source>
        <translation>Nichts zu erzeugen: Keine Datei wird abgelehnt.</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="43"/>
        <source>Check files and make COGs</source>
        <translation>Dateien prüfen und COGs erzeugen</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="57"/>
        <source>A folder</source>
        <translation>Ein Ordner</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="58"/>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="59"/>
        <source>What to check</source>
        <translation>Was geprüft wird</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="62"/>
        <source>&amp;Thorough: decode every block</source>
        <translation>&amp;Gründlich: jeden Block entpacken</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="64"/>
        <source>Only that finds damaged pixels; it reads the files as a whole.</source>
        <translation>Nur so werden beschädigte Pixel gefunden; dazu werden die Dateien ganz gelesen.</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="65"/>
        <source>Also to&amp;gether, as tiles of one collection</source>
        <translation>A&amp;uch gemeinsam, als Kacheln einer Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="67"/>
        <source>The same extent within a tile, the same bands and sample types in all; tiles are found by the names.</source>
        <translation>Gleiche Ausdehnung in einer Kachel, gleiche Bänder und Datentypen in allen; Kacheln werden an den Namen erkannt.</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="70"/>
        <source>&amp;Check</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="79"/>
        <source>The selected row in full</source>
        <translation>Die gewählte Zeile im Ganzen</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="80"/>
        <source>Only what is &amp;refused</source>
        <translation>Nur &amp;Abgelehntes</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="90"/>
        <source>Folder of the COGs</source>
        <translation>Ordner der COGs</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="91"/>
        <source>&amp;Make COG</source>
        <translation>COG er&amp;zeugen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="64"/>
        <source>&amp;Stop</source>
        <translation>&amp;Halt</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="98"/>
        <source>C&amp;lose</source>
        <translation>Schl&amp;ießen</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="102"/>
        <source>&amp;Files</source>
        <translation>&amp;Dateien</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="106"/>
        <source>COGs &amp;into</source>
        <translation>COGs &amp;nach</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="70"/>
        <source>Folder of rasters</source>
        <translation>Ordner mit Rastern</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="180"/>
        <source>Rasters</source>
        <translation>Raster</translation>
    </message>
    <message>
        <location filename="../ui/check_dialog.py" line="191"/>
        <source>What the check found</source>
        <translation>Was die Prüfung fand</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="37"/>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <location filename="../ui/class_table.py" line="34"/>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="37"/>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="37"/>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="37"/>
        <source>What to do</source>
        <translation>Was hilft</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="101"/>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="101"/>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="101"/>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="103"/>
        <source>made good</source>
        <translation>gut gemacht</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="105"/>
        <source>Its COG breaks no rule.</source>
        <translation>Sein COG verletzt keine Regel.</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="105"/>
        <source>Use {path}.</source>
        <translation>Verwenden Sie {path}.</translation>
    </message>
    <message>
        <location filename="../ui/check_table.py" line="107"/>
        <source>It breaks no rule.</source>
        <translation>Sie verletzt keine Regel.</translation>
    </message>
    <message>
        <location filename="../ui/chip_view.py" line="30"/>
        <source>&amp;Before</source>
        <translation>&amp;Davor</translation>
    </message>
    <message>
        <location filename="../ui/chip_view.py" line="30"/>
        <source>&amp;After</source>
        <translation>D&amp;anach</translation>
    </message>
    <message>
        <location filename="../ui/chip_view.py" line="84"/>
        <source>The chip</source>
        <translation>Der Bildausschnitt</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="52"/>
        <source>Three bands as red, green and blue, or one, such as B08 B04 B03</source>
        <translation>Drei Bänder als Rot, Grün und Blau, oder eines, etwa B08 B04 B03</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="53"/>
        <source>Cl&amp;ear dates only</source>
        <translation>Nur &amp;klare Tage</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="56"/>
        <source>&amp;Fetch chips</source>
        <translation>Ausschnitte &amp;holen</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="59"/>
        <source>Chips of the parcel by date</source>
        <translation>Bildausschnitte der Parzelle nach Tagen</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="62"/>
        <source>&amp;Zoom in</source>
        <translation>&amp;Vergrößern</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="63"/>
        <source>Add to &amp;map</source>
        <translation>Zur Karte hinzu&amp;fügen</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="64"/>
        <source>&amp;Save as…</source>
        <translation>&amp;Speichern als…</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="72"/>
        <source>&amp;Picture</source>
        <translation>&amp;Bild</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="115"/>
        <source>Scene classes</source>
        <translation>Szenenklassen</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="125"/>
        <source>A picture takes one band, or three.</source>
        <translation>Ein Bild braucht ein Band oder drei.</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="125"/>
        <source>Such as B08 B04 B03.</source>
        <translation>Etwa B08 B04 B03.</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="182"/>
        <source>The chip in a window of its own, and on the map</source>
        <translation>Der Ausschnitt in einem eigenen Fenster und auf der Karte</translation>
    </message>
    <message>
        <location filename="../ui/contact_sheet.py" line="115"/>
        <source>Select one picture first.</source>
        <translation>Wählen Sie zuerst genau ein Bild aus.</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="189"/>
        <source>Fetch the chips first.</source>
        <translation>Erst die Ausschnitte holen.</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="189"/>
        <source>All pictures on one sheet, as PNG or PDF</source>
        <translation>Alle Bilder auf einem Bogen, als PNG oder PDF</translation>
    </message>
    <message>
        <location filename="../ui/class_bars.py" line="55"/>
        <source>Scene classes over time</source>
        <translation>Szenenklassen im Lauf der Zeit</translation>
    </message>
    <message>
        <location filename="../ui/class_bars.py" line="62"/>
        <source>% of the pixels</source>
        <translation>% der Pixel</translation>
    </message>
    <message>
        <location filename="../ui/class_bars.py" line="69"/>
        <source>% of the parcels</source>
        <translation>% der Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/class_bars.py" line="181"/>
        <source>{value} {title}: {count} px, {share} %</source>
        <translation>{value} {title}: {count} px, {share} %</translation>
    </message>
    <message>
        <location filename="../ui/class_bars.py" line="183"/>
        <source>{count} px in all, {share} % clear</source>
        <translation>insgesamt {count} px, {share} % klar</translation>
    </message>
    <message>
        <location filename="../ui/class_bars.py" line="194"/>
        <source>{verdict}: {count} of {total} parcels, {share} %</source>
        <translation>{verdict}: {count} von {total} Parzellen, {share} %</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="103"/>
        <source>Parcel</source>
        <translation>Parzelle</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="104"/>
        <source>Date</source>
        <translation>Tag</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="70"/>
        <source>Times are UTC.</source>
        <translation>Zeiten in UTC.</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="114"/>
        <source>Product</source>
        <translation>Produkt</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="107"/>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <location filename="../ui/class_table.py" line="25"/>
        <source>Of the parcel, on the image&apos;s grid.</source>
        <translation>Der Parzelle, im Raster des Bildes.</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="88"/>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <location filename="../ui/class_table.py" line="32"/>
        <source>Part of the parcel that is clear.</source>
        <translation>Anteil der Parzelle, der klar ist.</translation>
    </message>
    <message>
        <location filename="../ui/classes_page.py" line="28"/>
        <source>No acquisition was found in this period. Choose another period and look again.</source>
        <translation>In diesem Zeitraum gibt es keine Aufnahme. Einen anderen Zeitraum wählen und noch einmal nachsehen.</translation>
    </message>
    <message>
        <location filename="../ui/classes_page.py" line="30"/>
        <source>Clear &amp;rule</source>
        <translation>&amp;Regel für klar</translation>
    </message>
    <message>
        <location filename="../ui/classes_page.py" line="34"/>
        <source>When a parcel counts as clear; another rule judges again at once.</source>
        <translation>Wann eine Parzelle als klar gilt; eine andere Regel urteilt sofort neu.</translation>
    </message>
    <message>
        <location filename="../ui/classes_page.py" line="35"/>
        <source>Save &amp;table…</source>
        <translation>&amp;Tabelle speichern…</translation>
    </message>
    <message>
        <location filename="../ui/classes_page.py" line="38"/>
        <source>The rows of all parcels as CSV or GeoPackage</source>
        <translation>Die Zeilen aller Parzellen als CSV oder GeoPackage</translation>
    </message>
    <message>
        <location filename="../ui/classes_page.py" line="41"/>
        <source>Pixels of each class</source>
        <translation>Pixel jeder Klasse</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="36"/>
        <source>Classes that cloud a parcel</source>
        <translation>Klassen, die eine Parzelle trüben</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="37"/>
        <source>A pixel in one of the checked classes is bad.</source>
        <translation>Ein Pixel in einer der angehakten Klassen ist schlecht.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="47"/>
        <source>A parcel stays clear while no more of its pixels with data than this are bad.</source>
        <translation>Eine Parzelle bleibt klar, solange von ihren Pixeln mit Daten nicht mehr als dieser Teil schlecht ist.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="49"/>
        <source>With less data the parcel is not covered: neither clear nor cloudy.</source>
        <translation>Mit weniger Daten ist die Parzelle nicht abgedeckt: weder klar noch bewölkt.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="50"/>
        <source>Strict: every to&amp;uched pixel counts</source>
        <translation>Streng: jedes berüh&amp;rte Pixel zählt</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="52"/>
        <source>Else only those whose centre lies in the parcel.</source>
        <translation>Sonst nur die, deren Mitte in der Parzelle liegt.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="62"/>
        <source>&amp;Bad pixels</source>
        <translation>Sch&amp;lechte Pixel</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="63"/>
        <source>C&amp;overage</source>
        <translation>Abdeck&amp;ung</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="93"/>
        <source>No class makes a parcel cloudy.</source>
        <translation>Keine Klasse trübt eine Parzelle.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="95"/>
        <source>Clear with at most {share} % of its pixels in {classes}.</source>
        <translation>Klar mit höchstens {share} % der Pixel in {classes}.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="98"/>
        <source>Clear without a pixel in {classes}.</source>
        <translation>Klar ohne ein Pixel in {classes}.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="100"/>
        <source>{share} % of it must have data.</source>
        <translation>{share} % davon müssen Daten haben.</translation>
    </message>
    <message>
        <location filename="../ui/clear_rule_box.py" line="102"/>
        <source>Every pixel it touches counts.</source>
        <translation>Jedes berührte Pixel zählt.</translation>
    </message>
    <message>
        <location filename="../ui/source_fields.py" line="28"/>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="84"/>
        <source>Clip to the area</source>
        <translation>Auf das Gebiet zuschneiden</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="90"/>
        <source>&amp;A file for each band, pixels as they are</source>
        <translation>&amp;Eine Datei je Band, Pixel wie sie sind</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="92"/>
        <source>&amp;One file a scene, all bands on the same pixels</source>
        <translation>Eine &amp;Datei je Szene, alle Bänder auf denselben Pixeln</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="99"/>
        <source>Where to save the files</source>
        <translation>Wohin die Dateien gespeichert werden</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="103"/>
        <source>&amp;Clip</source>
        <translation>&amp;Zuschneiden</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="113"/>
        <source>finest of the bands</source>
        <translation>feinste der Bänder</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="114"/>
        <source>Pixel size in units of the scene&apos;s CRS, which are metres for Sentinel-2.</source>
        <translation>Pixelgröße in Einheiten des KBS der Szene, bei Sentinel-2 also Meter.</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="115"/>
        <source>Interpolate &amp;coarser bands; classes never</source>
        <translation>&amp;Gröbere Bänder interpolieren; Klassen nie</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="116"/>
        <source>Apply the o&amp;ffset of Sentinel-2 since 2022</source>
        <translation>&amp;Versatz von Sentinel-2 seit 2022 anwenden</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="117"/>
        <source>Numbers become 10000 times reflectance for all dates, so that they can be compared; where the catalog did so already, nothing is changed.</source>
        <translation>Die Zahlen werden für alle Tage 10000 mal die Reflektanz und so vergleichbar; wo der Katalog das schon tat, ändert sich nichts.</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="119"/>
        <source>Pixels outside the polygon become &amp;no data</source>
        <translation>Pixel außerhalb des Polygons werden &amp;leer</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="121"/>
        <source>The area is a rectangle.</source>
        <translation>Das Gebiet ist ein Rechteck.</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="122"/>
        <source>Add the files to the &amp;map as a series in time</source>
        <translation>Dateien als zeitliche &amp;Reihe zur Karte</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="123"/>
        <source>The Temporal Controller steps from day to day.</source>
        <translation>Die Zeitsteuerung geht von Tag zu Tag.</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="129"/>
        <source>&amp;Pixel size</source>
        <translation>&amp;Pixelgröße</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="133"/>
        <source>Save &amp;to</source>
        <translation>Speichern &amp;in</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="169"/>
        <source>Tick the bands to cut.</source>
        <translation>Die Bänder zum Zuschneiden ankreuzen.</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="171"/>
        <source>Choose the folder to save to.</source>
        <translation>Den Ordner zum Speichern wählen.</translation>
    </message>
    <message>
        <location filename="../ui/clip_dialog.py" line="173"/>
        <source>Files: {count}.</source>
        <translation>Dateien: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="39"/>
        <source>… and {count} more.</source>
        <translation>… und {count} weitere.</translation>
    </message>
    <message>
        <location filename="../ui/clip_work.py" line="51"/>
        <source>Scenes cut: {done}, files in {folder}: {files}.</source>
        <translation>Szenen zugeschnitten: {done}, Dateien in {folder}: {files}.</translation>
    </message>
    <message>
        <location filename="../ui/clip_work.py" line="52"/>
        <source>Failed: {count}.</source>
        <translation>Fehlgeschlagen: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/clip_work.py" line="85"/>
        <source>To {count} polygons, each in a folder of its own.</source>
        <translation>Auf {count} Polygone, jedes in einem eigenen Ordner.</translation>
    </message>
    <message>
        <location filename="../ui/clip_work.py" line="88"/>
        <source>To {west}, {south}, {east}, {north}, outward to whole pixels.</source>
        <translation>Auf {west}, {south}, {east}, {north}, nach außen auf ganze Pixel.</translation>
    </message>
    <message>
        <location filename="../ui/request_controller.py" line="22"/>
        <source>No connection yet: start the local hub or connect above.</source>
        <translation>Noch keine Verbindung: oben den lokalen Hub starten oder verbinden.</translation>
    </message>
    <message>
        <location filename="../ui/collection_choice.py" line="40"/>
        <source>{service} does not serve the further collection {title}.</source>
        <translation>{service} bietet die weitere Kollektion {title} nicht an.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_controller.py" line="209"/>
        <source>The folder to save to is not a full path.</source>
        <translation>Der Zielordner ist kein vollständiger Pfad.</translation>
    </message>
    <message>
        <location filename="../ui/collection_choice.py" line="51"/>
        <source>{service} does not serve this collection. Choose another connection.</source>
        <translation>{service} hat diese Kollektion nicht. Wählen Sie eine andere Verbindung.</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="41"/>
        <source>New collection</source>
        <translation>Neue Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="41"/>
        <source>Collection details</source>
        <translation>Einzelheiten der Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="92"/>
        <source>bare name of the bucket, without s3://</source>
        <translation>bloßer Name des Buckets, ohne s3://</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="32"/>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="65"/>
        <source>Show &amp;JSON</source>
        <translation>&amp;JSON zeigen</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="81"/>
        <source>B&amp;ucket</source>
        <translation>B&amp;ucket</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="82"/>
        <source>N&amp;o data</source>
        <translation>&amp;Leerwert</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="107"/>
        <source>&amp;Bands</source>
        <translation>&amp;Bänder</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="92"/>
        <source>&amp;Save changes</source>
        <translation>Änderungen &amp;speichern</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="94"/>
        <source>Leave the bands empty to take them from the first tile.</source>
        <translation>Ohne Bänder übernimmt der Dienst die der ersten Kachel.</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="95"/>
        <source>&amp;Make collection</source>
        <translation>Sammlung &amp;anlegen</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="126"/>
        <source>A no-data value, number or bit depth is not a number.</source>
        <translation>Ein Leerwert, eine Nummer oder eine Bittiefe ist keine Zahl.</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="126"/>
        <source>Correct it.</source>
        <translation>Berichtigen Sie sie.</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="153"/>
        <source>Nothing is changed yet.</source>
        <translation>Noch ist nichts geändert.</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="163"/>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="162"/>
        <source>no sensing times known</source>
        <translation>keine Aufnahmezeiten bekannt</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="163"/>
        <source>{metres} m</source>
        <translation>{metres} m</translation>
    </message>
    <message>
        <location filename="../ui/fusion_input.py" line="63"/>
        <source>Id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="164"/>
        <source>Made</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="164"/>
        <source>Tiles</source>
        <translation>Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="164"/>
        <source>not counted yet</source>
        <translation>noch nicht gezählt</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="258"/>
        <source>Sensed</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <location filename="../ui/collection_dialog.py" line="164"/>
        <source>Coarsest</source>
        <translation>Gröbste</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="40"/>
        <source>Connectio&amp;n</source>
        <translation>Verbindu&amp;ng</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="51"/>
        <source>Edit…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="47"/>
        <source>Add, change or test connections</source>
        <translation>Verbindungen anlegen, ändern oder prüfen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="61"/>
        <source>Start the local hub</source>
        <translation>Lokalen Hub starten</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="51"/>
        <source>Open data (STAC)…</source>
        <translation>Offene Daten (STAC) …</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="52"/>
        <source>Forget these open data</source>
        <translation>Diese offenen Daten vergessen</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="70"/>
        <source>none yet</source>
        <translation>noch keine</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="100"/>
        <source>Start local hub</source>
        <translation>Lokaler Hub</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="101"/>
        <source>Connect…</source>
        <translation>Verbinden…</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="102"/>
        <source>Open data…</source>
        <translation>Offene Daten …</translation>
    </message>
    <message>
        <location filename="../ui/season_window.py" line="81"/>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="118"/>
        <source>Try it now with the local hub on this computer: no account, no internet.</source>
        <translation>Sofort ausprobieren mit dem lokalen Hub auf diesem Rechner: ohne Konto, ohne Internet.</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="118"/>
        <source>I have a Sentinel Hub or Copernicus account.</source>
        <translation>Ich habe ein Konto bei Sentinel Hub oder Copernicus.</translation>
    </message>
    <message>
        <location filename="../ui/connection_bar.py" line="118"/>
        <source>Images of open archives, made on this computer: no account.</source>
        <translation>Bilder offener Archive, auf diesem Rechner gemacht: ohne Konto.</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="57"/>
        <source>&amp;Remember the secret in QGIS&apos;s authentication manager</source>
        <translation>Schlüssel in de&amp;r Authentifizierungsverwaltung merken</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="59"/>
        <source>Encrypted with your master password. Else it is kept until QGIS closes.</source>
        <translation>Mit dem Hauptpasswort verschlüsselt. Sonst bleibt er, bis QGIS schließt.</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="72"/>
        <source>Ser&amp;vice</source>
        <translation>D&amp;ienst</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="72"/>
        <source>Client &amp;id</source>
        <translation>Client-&amp;ID</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="72"/>
        <source>Client secre&amp;t</source>
        <translation>Geheimer Sch&amp;lüssel</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="82"/>
        <source>&amp;Base URL</source>
        <translation>&amp;Basis-URL</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="82"/>
        <source>T&amp;oken URL</source>
        <translation>T&amp;oken-URL</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="82"/>
        <source>Re&amp;quests a minute</source>
        <translation>An&amp;fragen je Minute</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="82"/>
        <source>&amp;Units a minute</source>
        <translation>&amp;Einheiten je Minute</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="116"/>
        <source>Make an OAuth client in &lt;a href=&quot;{url}&quot;&gt;your account&lt;/a&gt; to get both.</source>
        <translation>Beides bringt ein OAuth-Client in &lt;a href=&quot;{url}&quot;&gt;Ihrem Konto&lt;/a&gt;.</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="29"/>
        <source>no limit</source>
        <translation>ohne Grenze</translation>
    </message>
    <message>
        <location filename="../ui/connection_form.py" line="169"/>
        <source>The Workbench never asks faster than this. 0 means no limit.</source>
        <translation>Schneller fragt die Workbench nie. 0 heißt ohne Grenze.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="102"/>
        <source>There is a connection &apos;{name}&apos; already.</source>
        <translation>Eine Verbindung „{name}“ gibt es schon.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="113"/>
        <source>Saved; orders go there now.</source>
        <translation>Gespeichert; Aufträge gehen jetzt dorthin.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="118"/>
        <source>Forget the connection &apos;{name}&apos; and its stored secret?</source>
        <translation>Die Verbindung „{name}“ und ihren gespeicherten Schlüssel vergessen?</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="119"/>
        <source>Remove connection</source>
        <translation>Verbindung entfernen</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="146"/>
        <source>The test was stopped.</source>
        <translation>Die Prüfung wurde abgebrochen.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="147"/>
        <source>Wrong client id or secret.</source>
        <translation>Client-ID oder Schlüssel falsch.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="147"/>
        <source>Not allowed.</source>
        <translation>Nicht erlaubt.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="147"/>
        <source>Wrong URL.</source>
        <translation>Falsche URL.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="147"/>
        <source>No connection.</source>
        <translation>Keine Verbindung.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="147"/>
        <source>No answer.</source>
        <translation>Keine Antwort.</translation>
    </message>
    <message>
        <location filename="../ui/connections_controller.py" line="147"/>
        <source>The service has a problem.</source>
        <translation>Der Dienst hat eine Störung.</translation>
    </message>
    <message>
        <location filename="../ui/connections_dialog.py" line="26"/>
        <source>T&amp;est connection</source>
        <translation>Verbindung &amp;prüfen</translation>
    </message>
    <message>
        <location filename="../ui/connections_dialog.py" line="22"/>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <location filename="../ui/connections_dialog.py" line="26"/>
        <source>Stop t&amp;est</source>
        <translation>&amp;Prüfung abbrechen</translation>
    </message>
    <message>
        <location filename="../ui/connections_keeper.py" line="68"/>
        <source>No connection yet.</source>
        <translation>Noch keine Verbindung.</translation>
    </message>
    <message>
        <location filename="../ui/connections_keeper.py" line="78"/>
        <source>Starting the local hub…</source>
        <translation>Der lokale Hub startet…</translation>
    </message>
    <message>
        <location filename="../ui/connections_keeper.py" line="92"/>
        <source>Opening {name}…</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
        <location filename="../ui/contact_sheet.py" line="38"/>
        <source>Contact sheet: {title}</source>
        <translation>Kontaktbogen: {title}</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="269"/>
        <source>Add to map</source>
        <translation>In die Karte</translation>
    </message>
    <message>
        <location filename="../ui/contact_sheet.py" line="45"/>
        <source>Zoom there</source>
        <translation>Dorthin zoomen</translation>
    </message>
    <message>
        <location filename="../ui/contact_sheet.py" line="46"/>
        <source>Save as…</source>
        <translation>Speichern als…</translation>
    </message>
    <message>
        <location filename="../ui/contact_sheet.py" line="55"/>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <location filename="../ui/contact_sheet.py" line="111"/>
        <source>Select a picture first.</source>
        <translation>Wählen Sie zuerst ein Bild aus.</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="161"/>
        <source>Drawing…</source>
        <translation>Wird gezeichnet…</translation>
    </message>
    <message>
        <location filename="../ui/contact_sheet_controller.py" line="120"/>
        <source>Contact sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
    <message>
        <location filename="../ui/costs.py" line="45"/>
        <source>This costs about {units} processing units. {spent}

What is in the cache already costs nothing. The limit for this question ({limit}) is set in the Downloads tab.</source>
        <translation>Das kostet etwa {units} Verarbeitungseinheiten. {spent}

Was schon im Cache liegt, kostet nichts. Die Grenze für diese Frage ({limit}) steht im Reiter Downloads.</translation>
    </message>
    <message>
        <location filename="../ui/costs.py" line="64"/>
        <source>Spent with {connection}: {today} units today, {month} this month.</source>
        <translation>Mit {connection} verbraucht: {today} Einheiten heute, {month} in diesem Monat.</translation>
    </message>
    <message>
        <location filename="../ui/costs.py" line="70"/>
        <source>An expensive order</source>
        <translation>Ein teurer Auftrag</translation>
    </message>
    <message>
        <location filename="../ui/costs.py" line="75"/>
        <source>Send it</source>
        <translation>Absenden</translation>
    </message>
    <message>
        <location filename="../ui/dates_box.py" line="19"/>
        <source>Available days</source>
        <translation>Verfügbare Tage</translation>
    </message>
    <message>
        <location filename="../ui/dates_box.py" line="25"/>
        <source>&amp;Measure here</source>
        <translation>Hier &amp;messen</translation>
    </message>
    <message>
        <location filename="../ui/dates_box.py" line="27"/>
        <source>&amp;Pick clear days</source>
        <translation>Klare Tage &amp;wählen</translation>
    </message>
    <message>
        <location filename="../ui/dates_box.py" line="29"/>
        <source>Picks the days within the cloud limit; each is a slot of its own.</source>
        <translation>Wählt die Tage innerhalb der Wolkengrenze; jeder ist ein eigener Abschnitt.</translation>
    </message>
    <message>
        <location filename="../ui/dates_box.py" line="43"/>
        <source>Cloud over the area itself, day by day; asks the Statistical API once.</source>
        <translation>Bewölkung des Gebiets selbst, Tag für Tag; eine Anfrage an die Statistical API.</translation>
    </message>
    <message>
        <location filename="../ui/dates_box.py" line="43"/>
        <source>This collection can&apos;t tell the cloud over an area.</source>
        <translation>Diese Kollektion kann die Wolken über einem Gebiet nicht angeben.</translation>
    </message>
    <message>
        <location filename="../ui/slots_controller.py" line="49"/>
        <source>This collection has no time.</source>
        <translation>Diese Sammlung kennt keine Zeit.</translation>
    </message>
    <message>
        <location filename="../ui/dates_controller.py" line="99"/>
        <source>Asking the catalog…</source>
        <translation>Der Katalog wird gefragt…</translation>
    </message>
    <message>
        <location filename="../ui/dates_controller.py" line="100"/>
        <source>Looking for days</source>
        <translation>Tage suchen</translation>
    </message>
    <message>
        <location filename="../ui/dates_controller.py" line="100"/>
        <source>{count} days with scenes.</source>
        <translation>{count} Tage mit Szenen.</translation>
    </message>
    <message>
        <location filename="../ui/dates_controller.py" line="117"/>
        <source>Measuring the cloud over the area…</source>
        <translation>Die Bewölkung des Gebiets wird gemessen…</translation>
    </message>
    <message>
        <location filename="../ui/dates_controller.py" line="118"/>
        <source>Measuring cloud</source>
        <translation>Bewölkung messen</translation>
    </message>
    <message>
        <location filename="../ui/dates_controller.py" line="143"/>
        <source>Cloud over the area is known for {count} days.</source>
        <translation>Die Bewölkung des Gebiets ist für {count} Tage bekannt.</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="54"/>
        <source>Tiles from the names of files</source>
        <translation>Kacheln aus Dateinamen</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="74"/>
        <source>A folder on this computer</source>
        <translation>Ein Ordner auf diesem Rechner</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="75"/>
        <source>A listing of the bucket, pasted</source>
        <translation>Eine eingefügte Liste des Buckets</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="76"/>
        <source>The bucket itself (S3)</source>
        <translation>Der Bucket selbst (S3)</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="78"/>
        <source>&amp;List the bucket</source>
        <translation>Bucket auf&amp;listen</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="84"/>
        <source>Folder of files</source>
        <translation>Ordner der Dateien</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="89"/>
        <source>One name a line, or what &apos;aws s3 ls --recursive&apos; prints.</source>
        <translation>Ein Name je Zeile, oder was 'aws s3 ls --recursive' ausgibt.</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="73"/>
        <source>(BAND) once in the file&apos;s name; * is anything within a name, **/ any folders.</source>
        <translation>(BAND) einmal im Dateinamen; * ist Beliebiges in einem Namen, **/ beliebige Ordner.</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="97"/>
        <source>Such as {YYYY}-{MM}-{DD}, anywhere in the path; empty for no sensing time.</source>
        <translation>Etwa {YYYY}-{MM}-{DD}, irgendwo im Pfad; leer für keine Aufnahmezeit.</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="95"/>
        <source>top of the bucket</source>
        <translation>oberste Ebene des Buckets</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="257"/>
        <source>Tiles found</source>
        <translation>Gefundene Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="73"/>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="117"/>
        <source>Use &amp;these tiles</source>
        <translation>&amp;Diese Kacheln verwenden</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="121"/>
        <source>&amp;Names</source>
        <translation>&amp;Namen</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="117"/>
        <source>Tem&amp;plate</source>
        <translation>&amp;Vorlage</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="118"/>
        <source>Ti&amp;me</source>
        <translation>&amp;Zeit</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="128"/>
        <source>&amp;Below</source>
        <translation>&amp;Unterhalb</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="168"/>
        <source>The folder of the bucket to list.</source>
        <translation>Der Ordner des Buckets, der aufgelistet wird.</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="168"/>
        <source>Put before every path.</source>
        <translation>Wird jedem Pfad vorangestellt.</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="175"/>
        <source>The bucket itself</source>
        <translation>Der Bucket selbst</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="194"/>
        <source>Looking for files…</source>
        <translation>Dateien werden gesucht…</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="195"/>
        <source>Listing files</source>
        <translation>Dateien werden aufgelistet</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="235"/>
        <source>Choose a folder or paste a listing.</source>
        <translation>Wählen Sie einen Ordner oder fügen Sie eine Liste ein.</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="236"/>
        <source>Files: {names}; tiles: {tiles}.</source>
        <translation>Dateien: {names}; Kacheln: {tiles}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="28"/>
        <source>Left out: {count}.</source>
        <translation>Ausgelassen: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/discovery_dialog.py" line="237"/>
        <source>Uneven: {count}.</source>
        <translation>Ungleich: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/layer_actions.py" line="66"/>
        <source>Sentinel Workbench</source>
        <translation>Sentinel Workbench</translation>
    </message>
    <message>
        <location filename="../ui/dock.py" line="101"/>
        <source>Imagery</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <location filename="../ui/dock.py" line="102"/>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <location filename="../ui/dock.py" line="103"/>
        <source>My data</source>
        <translation>Meine Daten</translation>
    </message>
    <message>
        <location filename="../ui/dock.py" line="104"/>
        <source>Parcels</source>
        <translation>Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/dock.py" line="105"/>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="154"/>
        <source>timeless</source>
        <translation>zeitlos</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="32"/>
        <source>failed: {error}</source>
        <translation>fehlgeschlagen: {error}</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="34"/>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="35"/>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <location filename="../ui/scene_table.py" line="162"/>
        <source>{percent} % cloud</source>
        <translation>{percent} % Wolken</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="39"/>
        <source>from cache</source>
        <translation>aus dem Zwischenspeicher</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="46"/>
        <source>stopping…</source>
        <translation>hält an…</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="47"/>
        <source>{done} of {total} done</source>
        <translation>{done} von {total} fertig</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="50"/>
        <source>, {failed} failed</source>
        <translation>, {failed} fehlgeschlagen</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="57"/>
        <source>{when}, {connection}</source>
        <translation>{when}, {connection}</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="62"/>
        <source>{text}, {units} units spent</source>
        <translation>{text}, {units} Einheiten verbraucht</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="75"/>
        <source>{title}: {done} images done, {failed} failed. The Downloads tab says why.</source>
        <translation>{title}: {done} Bilder fertig, {failed} fehlgeschlagen. Warum, steht unter Downloads.</translation>
    </message>
    <message>
        <location filename="../ui/download_texts.py" line="77"/>
        <source>{title}: {done} images are on the map.</source>
        <translation>{title}: {done} Bilder sind auf der Karte.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_controller.py" line="153"/>
        <source>not done</source>
        <translation>nicht erledigt</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="42"/>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <location filename="../ui/downloads_controller.py" line="191"/>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <location filename="../ui/downloads_controller.py" line="257"/>
        <source>This order is still running.</source>
        <translation>Dieser Auftrag läuft noch.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_controller.py" line="244"/>
        <source>No image of this order is done.</source>
        <translation>Kein Bild dieses Auftrags ist fertig.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_controller.py" line="246"/>
        <source>This order is not running.</source>
        <translation>Dieser Auftrag läuft nicht.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_controller.py" line="259"/>
        <source>Nothing failed.</source>
        <translation>Nichts ist fehlgeschlagen.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_controller.py" line="261"/>
        <source>The connection &apos;{name}&apos; is not there now. Start or make it again.</source>
        <translation>Die Verbindung „{name}“ ist zurzeit nicht da. Starten Sie sie oder legen Sie sie wieder an.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="69"/>
        <source>Nothing ordered yet. Orders from the Imagery tab appear here.</source>
        <translation>Noch nichts bestellt. Aufträge aus dem Reiter Bilder erscheinen hier.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="76"/>
        <source>What the selected row says</source>
        <translation>Was die gewählte Zeile sagt</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="77"/>
        <source>Show in the script…</source>
        <translation>Im Skript zeigen…</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="163"/>
        <source>No order is selected.</source>
        <translation>Kein Auftrag ist ausgewählt.</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="243"/>
        <source>Order</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="243"/>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="257"/>
        <source>Which orders are shown</source>
        <translation>Welche Aufträge gezeigt werden</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="258"/>
        <source>All orders</source>
        <translation>Alle Aufträge</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="258"/>
        <source>Running</source>
        <translation>Laufende</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="258"/>
        <source>With images missing</source>
        <translation>Mit fehlenden Bildern</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="258"/>
        <source>Done</source>
        <translation>Fertige</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="269"/>
        <source>Retry failed</source>
        <translation>Fehlende wiederholen</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="269"/>
        <source>Contact sheet…</source>
        <translation>Kontaktbogen…</translation>
    </message>
    <message>
        <location filename="../ui/downloads_panel.py" line="269"/>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <location filename="../ui/entries_dialog.py" line="53"/>
        <source>&amp;Add</source>
        <translation>&amp;Neu</translation>
    </message>
    <message>
        <location filename="../ui/entries_dialog.py" line="54"/>
        <source>Re&amp;move</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <location filename="../ui/entries_dialog.py" line="56"/>
        <source>&amp;Save and use</source>
        <translation>&amp;Speichern und nutzen</translation>
    </message>
    <message>
        <location filename="../ui/footprint_map.py" line="35"/>
        <source>Footprints on the map: {count}; tiles without a shape yet: {without}.</source>
        <translation>Umrisse auf der Karte: {count}; Kacheln noch ohne Umriss: {without}.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="119"/>
        <source>Footprints on the map: {count}.</source>
        <translation>Umrisse auf der Karte: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/form_filling.py" line="23"/>
        <source>Send the request as it is instead.</source>
        <translation>Senden Sie die Anfrage stattdessen so, wie sie ist.</translation>
    </message>
    <message>
        <location filename="../ui/form_filling.py" line="27"/>
        <source>The form has one time, the request one for each collection.</source>
        <translation>Das Formular hat eine Zeit, die Anfrage eine für jede Sammlung.</translation>
    </message>
    <message>
        <location filename="../ui/form_filling.py" line="30"/>
        <source>The form has no projection {crs}.</source>
        <translation>Das Formular hat keine Projektion {crs}.</translation>
    </message>
    <message>
        <location filename="../ui/form_filling.py" line="34"/>
        <source>The form asks for all outputs of a script, in one format.</source>
        <translation>Das Formular fragt nach allen Ausgaben eines Skripts, in einem Format.</translation>
    </message>
    <message>
        <location filename="../ui/fusion_box.py" line="29"/>
        <source>Further collections</source>
        <translation>Weitere Sammlungen</translation>
    </message>
    <message>
        <location filename="../ui/fusion_box.py" line="36"/>
        <source>Add a collection</source>
        <translation>Sammlung hinzufügen</translation>
    </message>
    <message>
        <location filename="../ui/fusion_box.py" line="39"/>
        <source>Begin a script</source>
        <translation>Skript beginnen</translation>
    </message>
    <message>
        <location filename="../ui/fusion_box.py" line="41"/>
        <source>A script that hands over bands of every collection, to go on from.</source>
        <translation>Ein Skript, das Bänder jeder Sammlung übergibt, zum Weiterschreiben.</translation>
    </message>
    <message>
        <location filename="../ui/fusion_box.py" line="49"/>
        <source>A script may read several collections at once. Each needs an id there.</source>
        <translation>Ein Skript darf mehrere Sammlungen zugleich lesen. Jede braucht dort eine Id.</translation>
    </message>
    <message>
        <location filename="../ui/fusion_box.py" line="107"/>
        <source>First id</source>
        <translation>Erste Id</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="207"/>
        <source>Own collection (BYOC)…</source>
        <translation>Eigene Sammlung (BYOC)…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="165"/>
        <source>Collection</source>
        <translation>Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="152"/>
        <source>Mosaic</source>
        <translation>Mosaik</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="153"/>
        <source>Max. cloud</source>
        <translation>Wolken bis</translation>
    </message>
    <message>
        <location filename="../ui/own_collection.py" line="54"/>
        <source>Own collection</source>
        <translation>Eigene Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/fusion_input.py" line="117"/>
        <source>Id of the collection (BYOC):</source>
        <translation>Kennung der Kollektion (BYOC):</translation>
    </message>
    <message>
        <location filename="../ui/fusion_input.py" line="137"/>
        <source>as the script names it</source>
        <translation>wie das Skript sie nennt</translation>
    </message>
    <message>
        <location filename="../ui/fusion_input.py" line="138"/>
        <source>The datasource of an input in the script&apos;s setup().</source>
        <translation>Die datasource eines Eingangs im setup() des Skripts.</translation>
    </message>
    <message>
        <location filename="../ui/history_keeper.py" line="40"/>
        <source>Reading the history of orders</source>
        <translation>Frühere Aufträge werden gelesen</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="79"/>
        <source>Slots…</source>
        <translation>Abschnitte…</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="225"/>
        <source>Tiles with more cloud than this are not used.</source>
        <translation>Kacheln mit mehr Wolken werden nicht verwendet.</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="92"/>
        <source>More options</source>
        <translation>Weitere Optionen</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="98"/>
        <source>Exact tiles</source>
        <translation>Genaue Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="98"/>
        <source>Candidate tiles</source>
        <translation>Mögliche Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="98"/>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="107"/>
        <source>GeoTIFF</source>
        <translation>GeoTIFF</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="108"/>
        <source>PNG (8 or 16 bit, 1, 3 or 4 bands)</source>
        <translation>PNG (8 oder 16 Bit, 1, 3 oder 4 Bänder)</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="109"/>
        <source>JPEG (8 bit, 1 or 3 bands)</source>
        <translation>JPEG (8 Bit, 1 oder 3 Bänder)</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="114"/>
        <source>Quality </source>
        <translation>Qualität </translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="115"/>
        <source>Less is smaller and coarser. {usual} is the service&apos;s own choice.</source>
        <translation>Weniger ist kleiner und gröber. {usual} nimmt der Dienst von sich aus.</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="121"/>
        <source>Where to save the images</source>
        <translation>Wohin mit den Bildern</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="122"/>
        <source>keep in the cache only</source>
        <translation>nur im Zwischenspeicher</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="140"/>
        <source>Scrip&amp;t</source>
        <translation>Skrip&amp;t</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="124"/>
        <source>&amp;Area</source>
        <translation>&amp;Gebiet</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="144"/>
        <source>Resol&amp;ution</source>
        <translation>Auflös&amp;ung</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="145"/>
        <source>Projection</source>
        <translation>Projektion</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="126"/>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="127"/>
        <source>T&amp;ime</source>
        <translation>Ze&amp;it</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="157"/>
        <source>Tile ta&amp;ble</source>
        <translation>Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="159"/>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="160"/>
        <source>Save to</source>
        <translation>Ablegen in</translation>
    </message>
    <message>
        <location filename="../ui/imagery_panel.py" line="226"/>
        <source>This collection does not know clouds.</source>
        <translation>Diese Sammlung kennt keine Wolken.</translation>
    </message>
    <message>
        <location filename="../ui/layer_actions.py" line="39"/>
        <source>Edit this order</source>
        <translation>Auftrag bearbeiten</translation>
    </message>
    <message>
        <location filename="../ui/layer_actions.py" line="40"/>
        <source>Run again</source>
        <translation>Noch einmal ausführen</translation>
    </message>
    <message>
        <location filename="../ui/layer_actions.py" line="41"/>
        <source>Copy as Python</source>
        <translation>Als Python kopieren</translation>
    </message>
    <message>
        <location filename="../ui/layer_actions.py" line="41"/>
        <source>Copy as curl</source>
        <translation>Als curl kopieren</translation>
    </message>
    <message>
        <location filename="../ui/layer_actions.py" line="41"/>
        <source>Copy as JSON</source>
        <translation>Als JSON kopieren</translation>
    </message>
    <message>
        <location filename="../ui/layer_actions.py" line="48"/>
        <source>Show its tiles</source>
        <translation>Seine Kacheln zeigen</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="26"/>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="28"/>
        <source> units</source>
        <translation> Einheiten</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="28"/>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="29"/>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="30"/>
        <source>Clear the cache…</source>
        <translation>Cache leeren…</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="38"/>
        <source>&amp;Ask before orders above</source>
        <translation>&amp;Nachfragen bei Aufträgen über</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="39"/>
        <source>By the estimate. Local hubs cost nothing and are never asked about.</source>
        <translation>Nach der Schätzung. Lokale Hubs kosten nichts, nach ihnen wird nie gefragt.</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="41"/>
        <source>&amp;Keep the cache below</source>
        <translation>&amp;Cache kleiner halten als</translation>
    </message>
    <message>
        <location filename="../ui/limits_dialog.py" line="42"/>
        <source>After an order, what was unused for longest is removed. Images of this project are spared.</source>
        <translation>Nach einem Auftrag wird entfernt, was am längsten unbenutzt ist. Bilder dieses Projekts bleiben.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="231"/>
        <source>The map is empty.</source>
        <translation>Die Karte ist leer.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="72"/>
        <source>Add a layer, or choose another area.</source>
        <translation>Fügen Sie einen Layer hinzu oder wählen Sie ein anderes Gebiet.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="87"/>
        <source>The project has no layer.</source>
        <translation>Das Projekt hat keinen Layer.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="99"/>
        <source>Add one, or choose another area.</source>
        <translation>Fügen Sie einen hinzu oder wählen Sie ein anderes Gebiet.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="89"/>
        <source>The layer &apos;{name}&apos; has no place on the map.</source>
        <translation>Der Layer „{name}“ hat keinen Ort auf der Karte.</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="148"/>
        <source>The project has no polygon layer.</source>
        <translation>Das Projekt hat keinen Polygonlayer.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="102"/>
        <source>{count} polygons are chosen; 1 to {most} are possible.</source>
        <translation>{count} Polygone sind gewählt; 1 bis {most} sind möglich.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="72"/>
        <source>Select fewer in the layer &apos;{name}&apos;.</source>
        <translation>Wählen Sie weniger im Layer „{name}“.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="118"/>
        <source>No polygon is drawn.</source>
        <translation>Es ist kein Polygon gezeichnet.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="118"/>
        <source>No rectangle is drawn.</source>
        <translation>Kein Rechteck ist gezeichnet.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="119"/>
        <source>Press &apos;Draw on the map&apos; and drag.</source>
        <translation>Drücken Sie „Auf der Karte zeichnen“ und ziehen Sie.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="221"/>
        <source>The coordinates are not four numbers.</source>
        <translation>Die Koordinaten sind nicht vier Zahlen.</translation>
    </message>
    <message>
        <location filename="../ui/map_area.py" line="221"/>
        <source>Type west, south, east, north, such as 46.16, -16.15, 46.51, -15.58.</source>
        <translation>Tippen Sie West, Süd, Ost, Nord, etwa 46.16, -16.15, 46.51, -15.58.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="48"/>
        <source>Search my collections</source>
        <translation>Meine Sammlungen durchsuchen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="49"/>
        <source>&amp;Refresh</source>
        <translation>A&amp;ktualisieren</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="54"/>
        <source>Ne&amp;w…</source>
        <translation>&amp;Neu…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="55"/>
        <source>Detai&amp;ls…</source>
        <translation>Einze&amp;lheiten…</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="110"/>
        <source>&amp;Use it</source>
        <translation>Ver&amp;wenden</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="111"/>
        <source>Opens the Imagery tab with this collection, its bands, extent and time.</source>
        <translation>Öffnet den Reiter Bilder mit dieser Sammlung, ihren Bändern, ihrer Ausdehnung und Zeit.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="66"/>
        <source>&amp;More</source>
        <translation>&amp;Mehr</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="70"/>
        <source>Copy tiles to another collection…</source>
        <translation>Kacheln in eine andere Sammlung kopieren…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="70"/>
        <source>Delete collection…</source>
        <translation>Sammlung löschen…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="152"/>
        <source>no bands yet</source>
        <translation>noch keine Bänder</translation>
    </message>
    <message>
        <location filename="../ui/mydata_collections.py" line="164"/>
        <source>My collections</source>
        <translation>Meine Sammlungen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="103"/>
        <source>Asking for your collections…</source>
        <translation>Ihre Sammlungen werden erfragt…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="104"/>
        <source>You have no collection yet. Make one with 'New…', or of a folder of rasters with 'Files'.</source>
        <translation>Sie haben noch keine Sammlung. Legen Sie eine mit „Neu…“ an, oder aus einem Ordner mit Rastern mit „Dateien“.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="129"/>
        <source>Listing collections</source>
        <translation>Sammlungen werden aufgelistet</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="119"/>
        <source>Making a collection</source>
        <translation>Sammlung wird angelegt</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="119"/>
        <source>Made &apos;{name}&apos;.</source>
        <translation>„{name}“ ist angelegt.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="201"/>
        <source>Reading a collection</source>
        <translation>Sammlung wird gelesen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="145"/>
        <source>Changing a collection</source>
        <translation>Sammlung wird geändert</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="145"/>
        <source>Saved &apos;{name}&apos;.</source>
        <translation>„{name}“ ist gespeichert.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="157"/>
        <source>There is no other collection to copy into.</source>
        <translation>Es gibt keine andere Sammlung, in die kopiert werden könnte.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="160"/>
        <source>Copy tiles</source>
        <translation>Kacheln kopieren</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="160"/>
        <source>Copy all tiles of &apos;{name}&apos; into:</source>
        <translation>Alle Kacheln von „{name}“ kopieren nach:</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="166"/>
        <source>Copying tiles</source>
        <translation>Kacheln werden kopiert</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="166"/>
        <source>The service copies the tiles into &apos;{name}&apos;.</source>
        <translation>Der Dienst kopiert die Kacheln nach „{name}“.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="178"/>
        <source>Counting tiles</source>
        <translation>Kacheln werden gezählt</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="185"/>
        <source>Delete the collection &apos;{name}&apos; with its {count} tiles? The files in the bucket stay.</source>
        <translation>Die Sammlung „{name}“ mit ihren {count} Kacheln löschen? Die Dateien im Bucket bleiben.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="188"/>
        <source>Delete collection</source>
        <translation>Sammlung löschen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="195"/>
        <source>Delete {count} tiles</source>
        <translation>{count} Kacheln löschen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="189"/>
        <source>Deleting a collection</source>
        <translation>Sammlung wird gelöscht</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="189"/>
        <source>Deleted &apos;{name}&apos;.</source>
        <translation>„{name}“ ist gelöscht.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_controller.py" line="225"/>
        <source>Reading a tile</source>
        <translation>Kachel wird gelesen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="60"/>
        <source>What the service says about the selected tile</source>
        <translation>Was der Dienst über die gewählte Kachel sagt</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="73"/>
        <source>Status</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="75"/>
        <source>any status</source>
        <translation>jeder Zustand</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="78"/>
        <source>path contains</source>
        <translation>Pfad enthält</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="78"/>
        <source>Words of the path, in any order.</source>
        <translation>Wörter des Pfads, in beliebiger Folge.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="79"/>
        <source>sensed, e.g. 2019-03</source>
        <translation>Zeit, z. B. 2019-03</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="79"/>
        <source>A year, month or day, or two of them: 2019-03-01 .. 2019-05. Tiles without a time are left out.</source>
        <translation>Ein Jahr, Monat oder Tag, oder zwei davon: 2019-03-01 .. 2019-05. Kacheln ohne Zeit entfallen.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="87"/>
        <source>F&amp;iles</source>
        <translation>Date&amp;ien</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="90"/>
        <source>Check and convert files before they are ingested, and upload them.</source>
        <translation>Dateien vor dem Einlesen prüfen, umwandeln und hochladen.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="92"/>
        <source>From a folder to a collection…</source>
        <translation>Vom Ordner zur Sammlung…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="93"/>
        <source>Check files and make COGs…</source>
        <translation>Dateien prüfen und COGs erzeugen…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="95"/>
        <source>Check COG with all settings…</source>
        <translation>COG prüfen mit allen Einstellungen…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="95"/>
        <source>Make COG with all settings…</source>
        <translation>COG erzeugen mit allen Einstellungen…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="112"/>
        <source>Use &amp;tile</source>
        <translation>Verwen&amp;den</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="114"/>
        <source>Opens the Imagery tab where and when this tile is.</source>
        <translation>Öffnet den Reiter Bilder dort und dann, wo und wann diese Kachel ist.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="151"/>
        <source>{total} tiles</source>
        <translation>{total} Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="154"/>
        <source>{shown} shown</source>
        <translation>{shown} gezeigt</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="115"/>
        <source>&amp;Footprints</source>
        <translation>&amp;Umrisse</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="197"/>
        <source>&amp;Add…</source>
        <translation>&amp;Dazu…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="197"/>
        <source>&amp;Edit…</source>
        <translation>Ä&amp;ndern…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="197"/>
        <source>Re-in&amp;gest</source>
        <translation>Neu &amp;einlesen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="197"/>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen…</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="197"/>
        <source>Wat&amp;ch</source>
        <translation>&amp;Beobachten</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="211"/>
        <source>Tiles of the collection</source>
        <translation>Kacheln der Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles.py" line="230"/>
        <source>Show when a tile was added</source>
        <translation>Zeigen, wann eine Kachel dazukam</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="76"/>
        <source>Tiles not added yet, from an earlier time: {count}; 'Add…' goes on with them.</source>
        <translation>Noch nicht hinzugefügte Kacheln von früher: {count}; „Dazu…“ macht mit ihnen weiter.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="99"/>
        <source>Reading tiles</source>
        <translation>Kacheln werden gelesen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="122"/>
        <source>Fetching footprints</source>
        <translation>Umrisse werden geholt</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="149"/>
        <source>Adding tiles</source>
        <translation>Kacheln werden hinzugefügt</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="176"/>
        <source>Changing tiles</source>
        <translation>Kacheln werden geändert</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="181"/>
        <source>Re-ingesting tiles</source>
        <translation>Kacheln werden neu eingelesen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="194"/>
        <source>Delete {count} tiles? Their files in the bucket stay.</source>
        <translation>{count} Kacheln löschen? Ihre Dateien im Bucket bleiben.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="196"/>
        <source>Delete tiles</source>
        <translation>Kacheln löschen</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="201"/>
        <source>Deleting tiles</source>
        <translation>Kacheln werden gelöscht</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="218"/>
        <source>No tile is waiting or being ingested.</source>
        <translation>Keine Kachel wartet oder wird gerade eingelesen.</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="224"/>
        <source>Watching the ingestion</source>
        <translation>Das Einlesen wird beobachtet</translation>
    </message>
    <message>
        <location filename="../ui/mydata_tiles_controller.py" line="239"/>
        <source>Stopped. Tiles not added yet: {count}; 'Add…' goes on with them.</source>
        <translation>Angehalten. Noch nicht hinzugefügte Kacheln: {count}; „Dazu…“ macht mit ihnen weiter.</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="34"/>
        <source>Add tiles to {name}</source>
        <translation>Kacheln zu {name} hinzufügen</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="40"/>
        <source>&amp;Paths in the bucket {bucket}, one a line:</source>
        <translation>&amp;Pfade im Bucket {bucket}, einer je Zeile:</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="47"/>
        <source>&amp;Add tiles</source>
        <translation>Kacheln &amp;hinzufügen</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="48"/>
        <source>From &amp;names of files…</source>
        <translation>Aus Datei&amp;namen…</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="53"/>
        <source>Write (BAND) where the names of a tile&apos;s files differ, or the folder alone. The sensing time may follow after a comma. Each tile costs one processing unit.</source>
        <translation>Schreiben Sie (BAND), wo sich die Namen der Dateien einer Kachel unterscheiden, oder nur den Ordner. Nach einem Komma kann die Aufnahmezeit folgen. Jede Kachel kostet eine Processing Unit.</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="101"/>
        <source>No tile yet.</source>
        <translation>Noch keine Kachel.</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="102"/>
        <source>{count} tiles:</source>
        <translation>{count} Kacheln:</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="77"/>
        <source>no sensing time</source>
        <translation>keine Aufnahmezeit</translation>
    </message>
    <message>
        <location filename="../ui/new_tiles_dialog.py" line="110"/>
        <source>⚠ Without (BAND), a path is a folder whose files are named as their bands: {count} of them.</source>
        <translation>⚠ Ohne (BAND) ist ein Pfad ein Ordner, dessen Dateien wie ihre Bänder heißen: {count} davon.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="45"/>
        <source>Open data (STAC)</source>
        <translation>Offene Daten (STAC)</translation>
    </message>
    <message>
        <location filename="../ui/open_data_dialog.py" line="30"/>
        <source>Your scripts run on this computer, over the files of an open archive; only the pixels they need are read. No account.</source>
        <translation>Ihre Skripte laufen auf diesem Rechner über die Dateien eines offenen Archivs; nur die nötigen Pixel werden gelesen. Ohne Konto.</translation>
    </message>
    <message>
        <location filename="../ui/open_data_dialog.py" line="38"/>
        <source>&amp;Use</source>
        <translation>&amp;Verwenden</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="119"/>
        <source>Cata&amp;log</source>
        <translation>Kata&amp;log</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="119"/>
        <source>C&amp;ollection</source>
        <translation>Samml&amp;ung</translation>
    </message>
    <message>
        <location filename="../ui/open_data_dialog.py" line="95"/>
        <source>Collections whose bands are known; others are in the Search tab.</source>
        <translation>Sammlungen, deren Bänder bekannt sind; andere stehen im Reiter Suche.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="128"/>
        <source>Asking for its collections…</source>
        <translation>Seine Sammlungen werden erfragt …</translation>
    </message>
    <message>
        <location filename="../ui/open_data_dialog.py" line="110"/>
        <source>The catalog lists no collections.</source>
        <translation>Der Katalog nennt keine Sammlungen.</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="76"/>
        <source>View, as a filter</source>
        <translation>Blickrichtung, als Filter</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="82"/>
        <source>Preview mode</source>
        <translation>Vorschaumodus</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="83"/>
        <source>Product resolution</source>
        <translation>Auflösung des Produkts</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="84"/>
        <source>Acquisition mode</source>
        <translation>Aufnahmemodus</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="85"/>
        <source>Polarisation</source>
        <translation>Polarisation</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="86"/>
        <source>Orbit direction</source>
        <translation>Orbitrichtung</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="87"/>
        <source>Timeliness</source>
        <translation>Aktualität</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="88"/>
        <source>Back-scatter</source>
        <translation>Rückstreuung</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="89"/>
        <source>Orthorectify</source>
        <translation>Orthorektifizieren</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="90"/>
        <source>Elevation model</source>
        <translation>Höhenmodell</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="91"/>
        <source>Terrain oversampling</source>
        <translation>Gelände-Überabtastung</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="92"/>
        <source>Speckle filter</source>
        <translation>Speckle-Filter</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="93"/>
        <source>No heights below 0</source>
        <translation>Keine Höhen unter 0</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="94"/>
        <source>Ellipsoidal heights</source>
        <translation>Ellipsoidische Höhen</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="95"/>
        <source>Tiers</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="96"/>
        <source>Constellation</source>
        <translation>Konstellation</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="97"/>
        <source>View</source>
        <translation>Blickrichtung</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="98"/>
        <source>Minimum quality</source>
        <translation>Mindestqualität</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="99"/>
        <source>Upsampling</source>
        <translation>Vergrößern mit</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="100"/>
        <source>Downsampling</source>
        <translation>Verkleinern mit</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="101"/>
        <source>Harmonise values</source>
        <translation>Werte harmonisieren</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="106"/>
        <source>the latest processed</source>
        <translation>die zuletzt verarbeitete</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="106"/>
        <source>50, for NO2 75</source>
        <translation>50, für NO2 75</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="114"/>
        <source>{value} (usual)</source>
        <translation>{value} (üblich)</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="74"/>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="128"/>
        <source>none (usual)</source>
        <translation>keiner (üblich)</translation>
    </message>
    <message>
        <location filename="../ui/options_form.py" line="130"/>
        <source>Lee, {size} × {size} px</source>
        <translation>Lee, {size} × {size} px</translation>
    </message>
    <message>
        <location filename="../ui/order_footer.py" line="36"/>
        <source>Copy, paste or edit the request</source>
        <translation>Anfrage kopieren, einfügen oder bearbeiten</translation>
    </message>
    <message>
        <location filename="../ui/order_footer.py" line="38"/>
        <source>Pre&amp;view</source>
        <translation>&amp;Vorschau</translation>
    </message>
    <message>
        <location filename="../ui/order_footer.py" line="40"/>
        <source>Follow the map</source>
        <translation>Der Karte folgen</translation>
    </message>
    <message>
        <location filename="../ui/order_footer.py" line="43"/>
        <source>A new preview whenever the map was moved.</source>
        <translation>Eine neue Vorschau, sooft die Karte bewegt wurde.</translation>
    </message>
    <message>
        <location filename="../ui/order_footer.py" line="55"/>
        <source>&amp;Get images</source>
        <translation>Bilder &amp;holen</translation>
    </message>
    <message>
        <location filename="../ui/order_menu.py" line="19"/>
        <source>Copy as &amp;Python</source>
        <translation>Als &amp;Python kopieren</translation>
    </message>
    <message>
        <location filename="../ui/order_menu.py" line="19"/>
        <source>Copy as &amp;curl</source>
        <translation>Als &amp;curl kopieren</translation>
    </message>
    <message>
        <location filename="../ui/order_menu.py" line="19"/>
        <source>Copy as &amp;JSON</source>
        <translation>Als &amp;JSON kopieren</translation>
    </message>
    <message>
        <location filename="../ui/order_menu.py" line="46"/>
        <source>&amp;Edit the request…</source>
        <translation>Anfrage &amp;bearbeiten…</translation>
    </message>
    <message>
        <location filename="../ui/order_menu.py" line="46"/>
        <source>P&amp;aste a request…</source>
        <translation>Anfrage &amp;einfügen…</translation>
    </message>
    <message>
        <location filename="../ui/own_collection.py" line="36"/>
        <source>Finding a collection</source>
        <translation>Sammlung suchen</translation>
    </message>
    <message>
        <location filename="../ui/own_collection.py" line="45"/>
        <source>The service tells no bands of this collection: write them into the script.</source>
        <translation>Der Dienst nennt keine Bänder dieser Kollektion: Schreiben Sie sie in das Skript.</translation>
    </message>
    <message>
        <location filename="../ui/own_collection.py" line="54"/>
        <source>Name or id of the collection (BYOC):</source>
        <translation>Name oder Id der Sammlung (BYOC):</translation>
    </message>
    <message>
        <location filename="../ui/peers_dialog.py" line="22"/>
        <source>Peers of parcel {pid}</source>
        <translation>Vergleichsparzellen von {pid}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="104"/>
        <source>Time series of parcel {pid}</source>
        <translation>Zeitreihe der Parzelle {pid}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="122"/>
        <source>{name} around {pid}</source>
        <translation>{name} um {pid}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="143"/>
        <source>Chips {bands} at {lon:.5f}, {lat:.5f}</source>
        <translation>Chips {bands} bei {lon:.5f}, {lat:.5f}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="156"/>
        <source>The server &apos;{name}&apos; is not there any more.</source>
        <translation>Den Server „{name}“ gibt es nicht mehr.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="164"/>
        <source>No parcel with the same crop is that near.</source>
        <translation>So nahe liegt keine Parzelle mit der gleichen Kultur.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="167"/>
        <source>Peers of {pid}</source>
        <translation>Vergleichsparzellen von {pid}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="171"/>
        <source>{count} peers are on the map, {near:.0f} to {far:.0f} m away.</source>
        <translation>{count} Vergleichsparzellen sind auf der Karte, {near:.0f} bis {far:.0f} m entfernt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="176"/>
        <source>The server has no such time series of parcel {pid}.</source>
        <translation>Der Server hat keine solche Zeitreihe der Parzelle {pid}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="179"/>
        <source>Parcel {pid}, {server}</source>
        <translation>Parzelle {pid}, {server}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="187"/>
        <source>Save CSV</source>
        <translation>CSV speichern</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="187"/>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="196"/>
        <source>{count} rows are in {path}.</source>
        <translation>{count} Zeilen sind in {path}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="204"/>
        <source>The map is the lowest layer of the project.</source>
        <translation>Die Karte ist der unterste Layer des Projekts.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="208"/>
        <source>There is no image of this place in these days.</source>
        <translation>Für diesen Ort und diese Tage gibt es kein Bild.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="217"/>
        <source>{count} chips of {dates} dates are a group that follows the time.</source>
        <translation>{count} Chips von {dates} Terminen bilden eine Gruppe, die der Zeit folgt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="220"/>
        <source>{count} are missing: {reason}</source>
        <translation>{count} fehlen: {reason}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_extras.py" line="231"/>
        <source>Add a layer and zoom to a place.</source>
        <translation>Einen Layer hinzufügen und zu einem Ort zoomen.</translation>
    </message>
    <message>
        <location filename="../ui/chosen_parcel.py" line="77"/>
        <source>This place has no longitude and latitude.</source>
        <translation>Dieser Ort hat keine Länge und Breite.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="60"/>
        <source>Add, change or test CbM servers</source>
        <translation>CbM-Server hinzufügen, ändern oder prüfen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="63"/>
        <source>It is a CbM server on this computer, with demo parcels and images; no account is needed.</source>
        <translation>Er ist ein CbM-Server auf diesem Rechner, mit Parzellen und Bildern der Demo; ein Konto ist nicht nötig.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="69"/>
        <source>area</source>
        <translation>Gebiet</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="70"/>
        <source>Area of interest as the server names it, such as nl</source>
        <translation>Gebiet, wie der Server es nennt, etwa nl</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="71"/>
        <source>year</source>
        <translation>Jahr</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="72"/>
        <source>Year of the parcels</source>
        <translation>Jahr der Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="73"/>
        <source>type</source>
        <translation>Art</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="74"/>
        <source>Type of the parcels, where an area has several tables a year; else empty</source>
        <translation>Art der Parzellen, wenn ein Gebiet mehrere Tabellen im Jahr hat; sonst leer</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="78"/>
        <source>Ask the server for its areas and years</source>
        <translation>Den Server nach Gebieten und Jahren fragen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="81"/>
        <source>Pi&amp;ck</source>
        <translation>Pi&amp;cken</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="81"/>
        <source>Click on the map; each click adds the parcel there. Esc or a right click ends.</source>
        <translation>Auf die Karte klicken; jeder Klick fügt die Parzelle dort hinzu. Esc oder ein Rechtsklick beendet.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="84"/>
        <source>In a pol&amp;ygon</source>
        <translation>Im Pol&amp;ygon</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="84"/>
        <source>Draw a polygon on the map: click for each corner, right-click to end, Esc to begin anew. Adds the parcels that meet it, 100 at most.</source>
        <translation>Ein Polygon auf der Karte zeichnen: Klick für jede Ecke, Rechtsklick beendet, Esc beginnt neu. Fügt die Parzellen hinzu, die es berühren, höchstens 100.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="88"/>
        <source>In map &amp;view</source>
        <translation>Im A&amp;usschnitt</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="88"/>
        <source>Adds the parcels the map shows, 100 at most.</source>
        <translation>Fügt die Parzellen hinzu, die die Karte zeigt, höchstens 100.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="92"/>
        <source>id of a parcel</source>
        <translation>Kennung einer Parzelle</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="93"/>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="93"/>
        <source>Add the parcel of this id to the map</source>
        <translation>Die Parzelle mit dieser Kennung auf die Karte holen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="106"/>
        <source>Peers…</source>
        <translation>Vergleich…</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="106"/>
        <source>Parcels near the selected one with the same crop, as a layer</source>
        <translation>Parzellen mit der gleichen Kultur in der Nähe der gewählten, als Layer</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="108"/>
        <source>Time series</source>
        <translation>Zeitreihe</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="108"/>
        <source>What the server measured over the selected parcel, date by date</source>
        <translation>Was der Server über der gewählten Parzelle gemessen hat, Termin für Termin</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="110"/>
        <source>Background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="110"/>
        <source>A map around the selected parcel, from the server, as a layer</source>
        <translation>Eine Karte um die gewählte Parzelle, vom Server, als Layer</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="112"/>
        <source>Chips here…</source>
        <translation>Chips hier…</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="112"/>
        <source>Small Sentinel-2 or Sentinel-1 images around the selected parcel, or around any place, as a group that follows the time</source>
        <translation>Kleine Bilder von Sentinel-2 oder Sentinel-1 um die gewählte Parzelle oder um einen beliebigen Ort, als Gruppe, die der Zeit folgt</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="115"/>
        <source>Sentinel-2 bands</source>
        <translation>Bänder von Sentinel-2</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="115"/>
        <source>Sentinel-1 backscatter</source>
        <translation>Rückstreuung von Sentinel-1</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="115"/>
        <source>Sentinel-1 coherence</source>
        <translation>Kohärenz von Sentinel-1</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="122"/>
        <source>Se&amp;rver</source>
        <translation>Se&amp;rver</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="127"/>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="129"/>
        <source>By i&amp;d</source>
        <translation>Kennun&amp;g</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder.py" line="205"/>
        <source>Select one parcel to ask the server for more.</source>
        <translation>Eine Parzelle wählen, um den Server nach mehr zu fragen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="106"/>
        <source>Type the id of a parcel first.</source>
        <translation>Erst die Kennung einer Parzelle eingeben.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="113"/>
        <source>Parcel {pid}</source>
        <translation>Parzelle {pid}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="121"/>
        <source>at {lon:.5f}, {lat:.5f}</source>
        <translation>bei {lon:.5f}, {lat:.5f}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="146"/>
        <source>Parcels {place}</source>
        <translation>Parzellen {place}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="128"/>
        <source>The map is empty: add a layer and zoom to your parcels.</source>
        <translation>Die Karte ist leer: einen Layer hinzufügen und zu Ihren Parzellen zoomen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="130"/>
        <source>in the map view</source>
        <translation>im Kartenausschnitt</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="134"/>
        <source>in the polygon</source>
        <translation>im Polygon</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="153"/>
        <source>This place has no longitude and latitude in the map&apos;s CRS.</source>
        <translation>Dieser Ort hat im KBS der Karte keine Länge und Breite.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="174"/>
        <source>There is no parcel of {table} {place}.</source>
        <translation>Es gibt keine Parzelle von {table} {place}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="178"/>
        <source>Parcels of {table}</source>
        <translation>Parzellen von {table}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="220"/>
        <source>Parcel {pid}{crop} is on the map.</source>
        <translation>Parzelle {pid}{crop} ist auf der Karte.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_finder_controller.py" line="222"/>
        <source>{count} parcels {place} are on the map: {names}.</source>
        <translation>{count} Parzellen {place} sind auf der Karte: {names}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_layer_controller.py" line="90"/>
        <source>Find parcels at the server, add a layer, or draw one on the map.</source>
        <translation>Beim Server Parzellen suchen, einen Layer hinzufügen oder eine auf der Karte zeichnen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_layer_controller.py" line="90"/>
        <source>Add one, or draw a parcel on the map.</source>
        <translation>Einen hinzufügen oder eine Parzelle auf der Karte zeichnen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_layer_controller.py" line="120"/>
        <source>Reading {parcels}…</source>
        <translation>{parcels}: wird gelesen …</translation>
    </message>
    <message>
        <location filename="../ui/parcel_layer_controller.py" line="126"/>
        <source>Reading parcels</source>
        <translation>Parzellen werden gelesen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_layer_controller.py" line="137"/>
        <source>Demo parcels</source>
        <translation>Demo-Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_layer_controller.py" line="215"/>
        <source>My parcels</source>
        <translation>Meine Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_layer_controller.py" line="219"/>
        <source>This outline can&apos;t be expressed in the CRS of the layer &apos;My parcels&apos;.</source>
        <translation>Dieser Umriss lässt sich im KBS des Layers 'Meine Parzellen' nicht ausdrücken.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_list.py" line="29"/>
        <source>Filter parcels</source>
        <translation>Parzellen filtern</translation>
    </message>
    <message>
        <location filename="../ui/parcel_list.py" line="28"/>
        <source>A part of the id or of what else is known, such as the crop</source>
        <translation>Ein Teil der Kennung oder dessen, was sonst bekannt ist, etwa der Kultur</translation>
    </message>
    <message>
        <location filename="../ui/parcel_list.py" line="35"/>
        <source>A summary of all parcels instead of one</source>
        <translation>Eine Übersicht aller Parzellen statt einer</translation>
    </message>
    <message>
        <location filename="../ui/parcel_list.py" line="37"/>
        <source>Parcels and their clear dates</source>
        <translation>Parzellen und ihre klaren Tage</translation>
    </message>
    <message>
        <location filename="../ui/parcel_list.py" line="91"/>
        <source>No parcel is called so.</source>
        <translation>Keine Parzelle heißt so.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_list.py" line="112"/>
        <source>Clear dates of all dates</source>
        <translation>Klare Tage von allen Tagen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="63"/>
        <source>The layer &apos;{name}&apos; has no CRS, so nobody knows where its parcels are.</source>
        <translation>Der Layer '{name}' hat kein KBS, also weiß niemand, wo seine Parzellen liegen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="63"/>
        <source>Set it in the layer&apos;s properties under Source.</source>
        <translation>Es in den Eigenschaften des Layers unter Quelle setzen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="72"/>
        <source>{count} parcels are more than the {most} that can be looked at together.</source>
        <translation>{count} Parzellen sind mehr als die {most}, die zusammen angesehen werden können.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="111"/>
        <source>No parcel is selected in the layer &apos;{name}&apos;.</source>
        <translation>Im Layer '{name}' ist keine Parzelle ausgewählt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="111"/>
        <source>Select some on the map, or uncheck &apos;Selected only&apos;.</source>
        <translation>Einige auf der Karte auswählen, oder den Haken bei 'Nur ausgewählte' entfernen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="115"/>
        <source>The layer &apos;{name}&apos; has no parcel yet.</source>
        <translation>Der Layer '{name}' hat noch keine Parzelle.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="115"/>
        <source>Draw one, or choose another layer.</source>
        <translation>Eine zeichnen oder einen anderen Layer wählen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="124"/>
        <source>Several parcels have the id &apos;{pid}&apos;.</source>
        <translation>Mehrere Parzellen haben die Id '{pid}'.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="124"/>
        <source>{count} ids, such as &apos;{pid}&apos;, belong to several parcels each.</source>
        <translation>{count} Ids, etwa '{pid}', gehören zu je mehreren Parzellen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_reading.py" line="129"/>
        <source>Choose an id field whose values are unique, or the feature numbers.</source>
        <translation>Ein Id-Feld mit eindeutigen Werten wählen, oder die Objektnummern.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="75"/>
        <source>No CbM server is chosen.</source>
        <translation>Es ist kein CbM-Server gewählt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="75"/>
        <source>Add one with 'Edit…'.</source>
        <translation>Mit „Bearbeiten…“ einen hinzufügen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="168"/>
        <source>No catalog is chosen.</source>
        <translation>Kein Katalog ist gewählt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="168"/>
        <source>Choose or add one.</source>
        <translation>Einen wählen oder hinzufügen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="172"/>
        <source>The catalog&apos;s collections are not known yet.</source>
        <translation>Die Sammlungen des Katalogs sind noch nicht bekannt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="172"/>
        <source>Wait, or choose another catalog.</source>
        <translation>Warten oder einen anderen Katalog wählen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="199"/>
        <source>Its files are JPEG 2000, which can&apos;t be read in parts: choose another catalog to look at parcels.</source>
        <translation>Seine Dateien sind JPEG 2000, das nicht in Teilen gelesen werden kann: für Parzellen einen anderen Katalog wählen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="204"/>
        <source>Public files, read around the parcels only.</source>
        <translation>Öffentliche Dateien, nur um die Parzellen herum gelesen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="208"/>
        <source>&apos;{name}&apos; is not known to have a scene classification (SCL).</source>
        <translation>Von '{name}' ist keine Szenenklassifikation (SCL) bekannt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_source_controller.py" line="208"/>
        <source>Choose Sentinel-2 L2A, for without it nobody can say whether a parcel is clear.</source>
        <translation>Sentinel-2 L2A wählen, denn ohne sie kann niemand sagen, ob eine Parzelle klar ist.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="86"/>
        <source>No area is chosen.</source>
        <translation>Es ist kein Gebiet gewählt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="86"/>
        <source>Choose one, or type what the server calls it.</source>
        <translation>Eines wählen oder eingeben, wie der Server es nennt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="88"/>
        <source>No year is chosen.</source>
        <translation>Es ist kein Jahr gewählt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="88"/>
        <source>Choose one, or type it.</source>
        <translation>Eines wählen oder eingeben.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="93"/>
        <source>The server has no area &apos;{area}&apos;.</source>
        <translation>Der Server hat kein Gebiet „{area}“.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="93"/>
        <source>Your account&apos;s areas: {areas}.</source>
        <translation>Gebiete Ihres Kontos: {areas}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="98"/>
        <source>&apos;{area}&apos; has no parcels of {year}.</source>
        <translation>„{area}“ hat keine Parzellen von {year}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="98"/>
        <source>There are: {years}.</source>
        <translation>Es gibt: {years}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="126"/>
        <source>Asking for its areas and years…</source>
        <translation>Frage nach Gebieten und Jahren…</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="128"/>
        <source>Asking {name}</source>
        <translation>Frage {name}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="153"/>
        <source>Starting the local hub</source>
        <translation>Der lokale Hub wird gestartet</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="177"/>
        <source>No CbM server yet: add that of your paying agency, or try the local hub.</source>
        <translation>Noch kein CbM-Server: den Ihrer Zahlstelle hinzufügen oder den lokalen Hub ausprobieren.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="186"/>
        <source>Your account has no area there.</source>
        <translation>Ihr Konto hat dort kein Gebiet.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_table_controller.py" line="196"/>
        <source>This server can&apos;t tell its areas and years: type them.</source>
        <translation>Dieser Server nennt keine Gebiete und Jahre: bitte eingeben.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="25"/>
        <source>{parcels}, {area} ha.</source>
        <translation>{parcels}, {area} ha.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="32"/>
        <source>{count} more notes: point here to read them.</source>
        <translation>{count} weitere Hinweise: zum Lesen hierher zeigen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="44"/>
        <source>1 parcel</source>
        <translation>1 Parzelle</translation>
    </message>
    <message>
        <location filename="../ui/series_lines.py" line="43"/>
        <source>{count} parcels</source>
        <translation>{count} Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="57"/>
        <source>About {count} chips, for about {dates} dates.</source>
        <translation>Etwa {count} Chips für etwa {dates} Tage.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="61"/>
        <source>About {count} windows of files, for about {dates} dates.</source>
        <translation>Etwa {count} Ausschnitte von Dateien für etwa {dates} Tage.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="63"/>
        <source>About {count} small images, for about {dates} dates.</source>
        <translation>Etwa {count} kleine Bilder für etwa {dates} Tage.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="64"/>
        <source>About {count} small images and {units} processing units, for about {dates} dates.</source>
        <translation>Etwa {count} kleine Bilder und {units} Processing Units für etwa {dates} Tage.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="73"/>
        <source>{parcels}, 1 date</source>
        <translation>{parcels}, 1 Tag</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="74"/>
        <source>{parcels}, {dates} dates</source>
        <translation>{parcels}, {dates} Tage</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="75"/>
        <source>{clear} of {all} clear</source>
        <translation>{clear} von {all} klar</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="78"/>
        <source>; {count} not covered</source>
        <translation>; {count} nicht abgedeckt</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="80"/>
        <source>; {count} without a pixel</source>
        <translation>; {count} ohne ein Pixel</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="87"/>
        <source>No image came. {reason}</source>
        <translation>Kein Bild kam an. {reason}</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="88"/>
        <source>There is no image of these parcels in this period.</source>
        <translation>In diesem Zeitraum gibt es kein Bild dieser Parzellen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="90"/>
        <source>The demo scenes are of 2019 and June 2020, around the Betsiboka estuary in Madagascar.</source>
        <translation>Die Demo-Szenen sind von 2019 und Juni 2020, um die Mündung des Betsiboka auf Madagaskar.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="92"/>
        <source>Try a longer one.</source>
        <translation>Einen längeren versuchen.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="101"/>
        <source>Without any image: {parcels}.</source>
        <translation>Ohne jedes Bild: {parcels}.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="103"/>
        <source>The strict mode also counts pixels a small parcel only touches.</source>
        <translation>Im strengen Modus zählen auch Pixel, die eine kleine Parzelle nur berührt.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_texts.py" line="105"/>
        <source>Not fetched or read: {count} images, such as: {reason}</source>
        <translation>Nicht geholt oder gelesen: {count} Bilder, etwa: {reason}</translation>
    </message>
    <message>
        <location filename="../ui/parcels_controller.py" line="131"/>
        <source>Looking at {layer}</source>
        <translation>{layer} wird angesehen</translation>
    </message>
    <message>
        <location filename="../ui/parcels_controller.py" line="160"/>
        <source>{layer} ({count}), {period}, {source}</source>
        <translation>{layer} ({count}), {period}, {source}</translation>
    </message>
    <message>
        <location filename="../ui/parcels_controller.py" line="212"/>
        <source>Reading the parcels…</source>
        <translation>Die Parzellen werden gelesen …</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="45"/>
        <source>The connection above</source>
        <translation>Die Verbindung oben</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="45"/>
        <source>CbM server</source>
        <translation>CbM-Server</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="53"/>
        <source>Add, change or test catalogs</source>
        <translation>Kataloge hinzufügen, ändern oder prüfen</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="67"/>
        <source>Dra&amp;w</source>
        <translation>&amp;Zeichnen</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="70"/>
        <source>Draw parcels on the map: click for each corner, right-click to end, Esc to begin anew. They are kept in the layer &apos;My parcels&apos;.</source>
        <translation>Parzellen auf der Karte zeichnen: ein Klick je Ecke, Rechtsklick beendet, Esc beginnt von vorn. Sie kommen in den Layer 'Meine Parzellen'.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="74"/>
        <source>S&amp;elected only</source>
        <translation>Nur ausge&amp;wählte</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="76"/>
        <source>Only the parcels that are selected on the map.</source>
        <translation>Nur die Parzellen, die auf der Karte ausgewählt sind.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="78"/>
        <source>The field whose values tell the parcels apart.</source>
        <translation>Das Feld, dessen Werte die Parzellen unterscheiden.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="81"/>
        <source>Take the de&amp;mo parcels</source>
        <translation>De&amp;mo-Parzellen nehmen</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="83"/>
        <source>Twelve fields on the demo scenes of the local hub, as a layer to try with.</source>
        <translation>Zwölf Felder auf den Demo-Szenen des lokalen Hubs, als Layer zum Ausprobieren.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="90"/>
        <source>When a parcel is clear</source>
        <translation>Wann eine Parzelle klar ist</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="101"/>
        <source>Where to keep the image chips</source>
        <translation>Wohin die Chips kommen</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="97"/>
        <source>in the profile, for a month</source>
        <translation>im Profil, für einen Monat</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="103"/>
        <source>A folder for the small images around the parcels, to keep them for good.</source>
        <translation>Ein Ordner für die kleinen Bilder um die Parzellen, um sie zu behalten.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="108"/>
        <source>Ima&amp;ges</source>
        <translation>&amp;Bilder</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="110"/>
        <source>C&amp;atalog</source>
        <translation>&amp;Katalog</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="111"/>
        <source>&amp;Collection</source>
        <translation>&amp;Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="68"/>
        <source>&amp;Parcels</source>
        <translation>&amp;Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="116"/>
        <source>&amp;Id</source>
        <translation>&amp;Id</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="121"/>
        <source>&amp;Time</source>
        <translation>Zei&amp;t</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="124"/>
        <source>Chip&amp;s to</source>
        <translation>C&amp;hips nach</translation>
    </message>
    <message>
        <location filename="../ui/parcels_form.py" line="172"/>
        <source>Feature number</source>
        <translation>Objektnummer</translation>
    </message>
    <message>
        <location filename="../ui/parcels_panel.py" line="39"/>
        <source>S&amp;how season</source>
        <translation>Saison zei&amp;gen</translation>
    </message>
    <message>
        <location filename="../ui/parcels_panel.py" line="41"/>
        <source>Open the window of the last season again.</source>
        <translation>Das Fenster der letzten Saison noch einmal öffnen.</translation>
    </message>
    <message>
        <location filename="../ui/parcels_panel.py" line="42"/>
        <source>&amp;Look</source>
        <translation>&amp;Ansehen</translation>
    </message>
    <message>
        <location filename="../ui/peers_dialog.py" line="34"/>
        <source>Parcels with the same crop and of more than 3000 m², the nearest first.</source>
        <translation>Parzellen mit der gleichen Kultur und mehr als 3000 m², die nächsten zuerst.</translation>
    </message>
    <message>
        <location filename="../ui/peers_dialog.py" line="35"/>
        <source>&amp;Within</source>
        <translation>&amp;Innerhalb</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="111"/>
        <source>At &amp;most</source>
        <translation>&amp;Höchstens</translation>
    </message>
    <message>
        <location filename="../ui/picture_list.py" line="93"/>
        <source>Size of the pictures</source>
        <translation>Größe der Bilder</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="59"/>
        <source>Chips of the CbM server</source>
        <translation>Chips des CbM-Servers</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="70"/>
        <source>Longitude and latitude in degrees</source>
        <translation>Länge und Breite in Grad</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="72"/>
        <source>Sentinel-2, surface (L2A)</source>
        <translation>Sentinel-2, Boden (L2A)</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="72"/>
        <source>Sentinel-2, top of atmosphere (L1C)</source>
        <translation>Sentinel-2, Oberrand der Atmosphäre (L1C)</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="72"/>
        <source>Sentinel-1, backscatter</source>
        <translation>Sentinel-1, Rückstreuung</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="72"/>
        <source>Sentinel-1, coherence</source>
        <translation>Sentinel-1, Kohärenz</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="81"/>
        <source>Bands of Sentinel-2 such as B08, B8A or SCL, separated by commas</source>
        <translation>Bänder von Sentinel-2 wie B08, B8A oder SCL, durch Kommas getrennt</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="82"/>
        <source>Three bands as one &amp;picture in colour</source>
        <translation>Drei Bänder als ein &amp;Farbbild</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="93"/>
        <source>Side of the square; servers cut larger ones down to 5120 m.</source>
        <translation>Seite des Quadrats; größere schneiden die Server auf 5120 m zu.</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="105"/>
        <source>P&amp;lace</source>
        <translation>&amp;Ort</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="106"/>
        <source>P&amp;roduct</source>
        <translation>P&amp;rodukt</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="109"/>
        <source>&amp;Days</source>
        <translation>&amp;Tage</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="111"/>
        <source>&amp;Size</source>
        <translation>&amp;Größe</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="112"/>
        <source>Chips &amp;to</source>
        <translation>Chips &amp;nach</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="115"/>
        <source>&amp;Fetch</source>
        <translation>&amp;Holen</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="138"/>
        <source>Always both polarisations, VV and VH.</source>
        <translation>Immer beide Polarisationen, VV und VH.</translation>
    </message>
    <message>
        <location filename="../ui/place_chips_dialog.py" line="138"/>
        <source>A server makes at most 24 chips at once; longer periods are asked for in parts.</source>
        <translation>Ein Server macht höchstens 24 Chips auf einmal; längere Zeiten werden in Teilen erfragt.</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="19"/>
        <source>{width} × {height} px</source>
        <translation>{width} × {height} px</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="24"/>
        <source>{size}, {area} km²</source>
        <translation>{size}, {area} km²</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="26"/>
        <source>{size}, in {count} parts of {side} px</source>
        <translation>{size}, in {count} Teilen zu {side} px</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="29"/>
        <source>{count} areas, the first: {size}</source>
        <translation>{count} Gebiete, das erste: {size}</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="41"/>
        <source>Runs the script tile by tile: about {units} units instead of {without}.</source>
        <translation>Führt das Skript Kachel für Kachel aus: etwa {units} statt {without} Einheiten.</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="45"/>
        <source>Lists the tiles that may have been used, from the catalog. Costs nothing.</source>
        <translation>Nennt die Kacheln, die in Frage kamen, aus dem Katalog. Kostet nichts.</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="46"/>
        <source>No table of the satellite tiles behind each image.</source>
        <translation>Keine Tabelle der Satellitenkacheln hinter den Bildern.</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="51"/>
        <source>Requests: {count}
Units: about {units}</source>
        <translation>Anfragen: {count}
Einheiten: etwa {units}</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="60"/>
        <source>Slots: {count}, calendar months</source>
        <translation>{count} Abschnitte, Kalendermonate</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="61"/>
        <source>Slots: {count}, equal parts</source>
        <translation>{count} gleiche Abschnitte</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="62"/>
        <source>Slots: {count}, every {days} days</source>
        <translation>{count} Abschnitte, alle {days} Tage</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="63"/>
        <source>One slot: the whole period</source>
        <translation>Ein Abschnitt: der ganze Zeitraum</translation>
    </message>
    <message>
        <location filename="../ui/plan_texts.py" line="64"/>
        <source>Slots: {count}, picked days</source>
        <translation>Abschnitte: {count}, gewählte Tage</translation>
    </message>
    <message>
        <location filename="../ui/script_chooser.py" line="125"/>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="83"/>
        <source>Shows the map&apos;s view, or on a blank map the chosen area, at low resolution, {size} px: {cost}.</source>
        <translation>Zeigt den Kartenausschnitt, auf leerer Karte das gewählte Gebiet, in geringer Auflösung, {size} px: {cost}.</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="164"/>
        <source>free</source>
        <translation>kostenlos</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="84"/>
        <source>about {units} units</source>
        <translation>etwa {units} Einheiten</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="98"/>
        <source>Preview: rendering…</source>
        <translation>Vorschau: wird gerechnet…</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="155"/>
        <source>Preview of {period}: {cost}</source>
        <translation>Vorschau von {period}: {cost}</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="166"/>
        <source>from the cache</source>
        <translation>aus dem Cache</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="167"/>
        <source>{units} units</source>
        <translation>{units} Einheiten</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="167"/>
        <source>units not told</source>
        <translation>Einheiten nicht angegeben</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="173"/>
        <source>No preview: {reason} Zoom in.</source>
        <translation>Keine Vorschau: {reason} Zoomen Sie hinein.</translation>
    </message>
    <message>
        <location filename="../ui/preview_controller.py" line="174"/>
        <source>No preview: {reason}</source>
        <translation>Keine Vorschau: {reason}</translation>
    </message>
    <message>
        <location filename="../ui/projection_fields.py" line="29"/>
        <source>Lon/lat (EPSG:4326)</source>
        <translation>Länge/Breite (EPSG:4326)</translation>
    </message>
    <message>
        <location filename="../ui/projection_fields.py" line="29"/>
        <source>UTM zone of the area</source>
        <translation>UTM-Zone des Gebiets</translation>
    </message>
    <message>
        <location filename="../ui/projection_fields.py" line="29"/>
        <source>Web Mercator (EPSG:3857)</source>
        <translation>Web Mercator (EPSG:3857)</translation>
    </message>
    <message>
        <location filename="../ui/projection_fields.py" line="35"/>
        <source>Whole multiples of the resolution</source>
        <translation>Ganze Vielfache der Auflösung</translation>
    </message>
    <message>
        <location filename="../ui/projection_fields.py" line="58"/>
        <source>Puts pixel edges where those of the satellite&apos;s own UTM tiles lie.</source>
        <translation>Legt die Pixelränder dorthin, wo die der UTM-Kacheln des Satelliten liegen.</translation>
    </message>
    <message>
        <location filename="../ui/projection_fields.py" line="58"/>
        <source>Needs a resolution, not a width or height.</source>
        <translation>Braucht eine Auflösung, keine Breite oder Höhe.</translation>
    </message>
    <message>
        <location filename="../ui/request_controller.py" line="70"/>
        <source>{name}, as requested</source>
        <translation>{name}, wie angefragt</translation>
    </message>
    <message>
        <location filename="../ui/request_dialog.py" line="29"/>
        <source>Process API request</source>
        <translation>Anfrage an die Process API</translation>
    </message>
    <message>
        <location filename="../ui/request_dialog.py" line="43"/>
        <source>&amp;Send as it is</source>
        <translation>So &amp;senden</translation>
    </message>
    <message>
        <location filename="../ui/request_dialog.py" line="44"/>
        <source>&amp;Fill the form</source>
        <translation>Formular &amp;füllen</translation>
    </message>
    <message>
        <location filename="../ui/request_dialog.py" line="59"/>
        <source>&amp;JSON, a curl command, or Python code for the sentinelhub library:</source>
        <translation>&amp;JSON, ein curl-Befehl oder Python-Code für die Bibliothek sentinelhub:</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Saturated or defective</source>
        <translation>Gesättigt oder defekt</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Dark or topographic shadow</source>
        <translation>Dunkel oder Geländeschatten</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Cloud shadow</source>
        <translation>Wolkenschatten</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Vegetation</source>
        <translation>Vegetation</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Not vegetated</source>
        <translation>Ohne Vegetation</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Water</source>
        <translation>Wasser</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Unclassified</source>
        <translation>Nicht klassifiziert</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Cloud, medium probability</source>
        <translation>Wolke, mittlere Wahrscheinlichkeit</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Cloud, high probability</source>
        <translation>Wolke, hohe Wahrscheinlichkeit</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Thin cirrus</source>
        <translation>Dünner Zirrus</translation>
    </message>
    <message>
        <location filename="../ui/scene_class_names.py" line="18"/>
        <source>Snow or ice</source>
        <translation>Schnee oder Eis</translation>
    </message>
    <message>
        <location filename="../ui/scene_files.py" line="23"/>
        <source>These scenes are JPEG 2000 files, which can&apos;t be read in parts. Search them in a catalog of cloud-optimised GeoTIFFs, such as Earth Search.</source>
        <translation>Diese Szenen sind JPEG-2000-Dateien, die sich nicht in Teilen lesen lassen. In einem Katalog mit Cloud-optimierten GeoTIFFs suchen, etwa Earth Search.</translation>
    </message>
    <message>
        <location filename="../ui/scene_files.py" line="25"/>
        <source>The selected scenes have no file in common that can be read in parts.</source>
        <translation>Die gewählten Szenen haben keine gemeinsame Datei, die sich in Teilen lesen lässt.</translation>
    </message>
    <message>
        <location filename="../ui/scene_layers_dialog.py" line="41"/>
        <source>Add layers</source>
        <translation>Layer hinzufügen</translation>
    </message>
    <message>
        <location filename="../ui/scene_layers_dialog.py" line="44"/>
        <source>A layer for &amp;each file</source>
        <translation>Ein Layer für &amp;jede Datei</translation>
    </message>
    <message>
        <location filename="../ui/scene_layers_dialog.py" line="46"/>
        <source>Three bands as a &amp;colour picture</source>
        <translation>Drei Bänder als &amp;Farbbild</translation>
    </message>
    <message>
        <location filename="../ui/scene_layers_dialog.py" line="70"/>
        <source>&amp;Red</source>
        <translation>&amp;Rot</translation>
    </message>
    <message>
        <location filename="../ui/scene_layers_dialog.py" line="70"/>
        <source>&amp;Green</source>
        <translation>&amp;Grün</translation>
    </message>
    <message>
        <location filename="../ui/scene_layers_dialog.py" line="70"/>
        <source>&amp;Blue</source>
        <translation>&amp;Blau</translation>
    </message>
    <message>
        <location filename="../ui/scene_layers_dialog.py" line="100"/>
        <source>Layers: {count}. Pixels come from the server as the map shows them.</source>
        <translation>Layer: {count}. Die Pixel kommen vom Server, wenn die Karte sie zeigt.</translation>
    </message>
    <message>
        <location filename="../ui/scene_pictures.py" line="50"/>
        <source>Fetching pictures</source>
        <translation>Bilder werden geholt</translation>
    </message>
    <message>
        <location filename="../ui/scene_table.py" line="61"/>
        <source>Of the whole scene.</source>
        <translation>Der ganzen Szene.</translation>
    </message>
    <message>
        <location filename="../ui/scene_table.py" line="63"/>
        <source>Cloud</source>
        <translation>Wolken</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="258"/>
        <source>Tile</source>
        <translation>Kachel</translation>
    </message>
    <message>
        <location filename="../ui/scene_table.py" line="63"/>
        <source>Scene</source>
        <translation>Szene</translation>
    </message>
    <message>
        <location filename="../ui/scene_table.py" line="151"/>
        <source>no time</source>
        <translation>ohne Zeit</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="83"/>
        <source>The search ended at the maximum of {count}; raise it under &apos;More conditions&apos;.</source>
        <translation>Die Suche endete bei höchstens {count}; unter 'Weitere Bedingungen' lässt sich das ändern.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="108"/>
        <source>{collection} scenes ({catalog})</source>
        <translation>{collection}, Szenen ({catalog})</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="160"/>
        <source>All collections</source>
        <translation>Alle Sammlungen</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="120"/>
        <source>Scenes without a shape: {count}.</source>
        <translation>Szenen ohne Umriss: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="123"/>
        <source>Writing footprints</source>
        <translation>Umrisse werden geschrieben</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="126"/>
        <source>Save scenes</source>
        <translation>Szenen speichern</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="126"/>
        <source>GeoJSON (*.geojson *.json)</source>
        <translation>GeoJSON (*.geojson *.json)</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="135"/>
        <source>Saving scenes</source>
        <translation>Szenen werden gespeichert</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="135"/>
        <source>Scenes saved in {path}: {count}.</source>
        <translation>Szenen gespeichert in {path}: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="171"/>
        <source>{count} layers at once are too many; select fewer scenes, up to {most} layers.</source>
        <translation>{count} Layer auf einmal sind zu viele; weniger Szenen wählen, bis zu {most} Layer.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="178"/>
        <source>Opening {name}</source>
        <translation>{name} wird geöffnet</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="185"/>
        <source>Layers put on the map: {count}.</source>
        <translation>Layer zur Karte gelegt: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="187"/>
        <source>Opening files</source>
        <translation>Dateien werden geöffnet</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="221"/>
        <source>Cutting files</source>
        <translation>Dateien werden zugeschnitten</translation>
    </message>
    <message>
        <location filename="../ui/tile_actions.py" line="21"/>
        <source>Wait until the work below ends, or stop it.</source>
        <translation>Warten Sie, bis die Arbeit unten endet, oder halten Sie sie an.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="270"/>
        <source>Select scenes in the table first.</source>
        <translation>Erst Szenen in der Tabelle wählen.</translation>
    </message>
    <message>
        <location filename="../ui/scenes_controller.py" line="274"/>
        <source>Search in one collection first.</source>
        <translation>Erst in einer einzigen Sammlung suchen.</translation>
    </message>
    <message>
        <location filename="../ui/script_browser.py" line="44"/>
        <source>Find a script…</source>
        <translation>Skript suchen…</translation>
    </message>
    <message>
        <location filename="../ui/script_browser.py" line="49"/>
        <source>Scripts</source>
        <translation>Skripte</translation>
    </message>
    <message>
        <location filename="../ui/script_browser.py" line="59"/>
        <source>Fa&amp;vourite</source>
        <translation>Fa&amp;vorit</translation>
    </message>
    <message>
        <location filename="../ui/script_browser.py" line="62"/>
        <source>&amp;Delete mine</source>
        <translation>Meines &amp;löschen</translation>
    </message>
    <message>
        <location filename="../ui/script_browser.py" line="127"/>
        <source>A text of your own.</source>
        <translation>Ein eigener Text.</translation>
    </message>
    <message>
        <location filename="../ui/script_browser.py" line="132"/>
        <source>No picture yet.</source>
        <translation>Noch kein Bild.</translation>
    </message>
    <message>
        <location filename="../ui/script_browser.py" line="156"/>
        <source>mine</source>
        <translation>meines</translation>
    </message>
    <message>
        <location filename="../ui/script_chooser.py" line="54"/>
        <source>No script</source>
        <translation>Kein Skript</translation>
    </message>
    <message>
        <location filename="../ui/script_chooser.py" line="61"/>
        <source>My own script</source>
        <translation>Mein eigenes Skript</translation>
    </message>
    <message>
        <location filename="../ui/script_chooser.py" line="61"/>
        <source>Written or loaded by you.</source>
        <translation>Von Ihnen geschrieben oder geladen.</translation>
    </message>
    <message>
        <location filename="../ui/script_chooser.py" line="151"/>
        <source>Loading a script</source>
        <translation>Skript laden</translation>
    </message>
    <message>
        <location filename="../ui/script_chooser.py" line="168"/>
        <source>The local hub holds no scenes of {collection}.</source>
        <translation>Der lokale Hub hat keine Szenen von {collection}.</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="70"/>
        <source>Evalscript for {collection}</source>
        <translation>Evalscript für {collection}</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="82"/>
        <source>From &amp;bands…</source>
        <translation>Aus &amp;Bändern…</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="83"/>
        <source>&amp;Load file…</source>
        <translation>Datei &amp;laden…</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="84"/>
        <source>From &amp;URL…</source>
        <translation>Von &amp;URL…</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="86"/>
        <source>&amp;Preview</source>
        <translation>&amp;Vorschau</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="88"/>
        <source>Draws the area with this text on the local hub; costs nothing.</source>
        <translation>Zeichnet das Gebiet mit diesem Text auf dem lokalen Hub; kostet nichts.</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="88"/>
        <source>Start the local hub for a free preview; it must hold this collection.</source>
        <translation>Starten Sie den lokalen Hub für eine kostenlose Vorschau; er muss diese Sammlung haben.</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="92"/>
        <source>&amp;Save as mine…</source>
        <translation>Als meines &amp;speichern…</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="95"/>
        <source>Use &amp;this script</source>
        <translation>&amp;Dieses Skript verwenden</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="98"/>
        <source>S&amp;cript (JavaScript, sent to the service as it is):</source>
        <translation>S&amp;kript (JavaScript, geht so an den Dienst):</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="142"/>
        <source>&apos;{name}&apos; is too large for a script.</source>
        <translation>„{name}“ ist zu groß für ein Skript.</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="146"/>
        <source>&apos;{name}&apos; can&apos;t be read as text.</source>
        <translation>„{name}“ lässt sich nicht als Text lesen.</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="154"/>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="177"/>
        <source>No preview.</source>
        <translation>Keine Vorschau.</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="199"/>
        <source>Load an evalscript</source>
        <translation>Evalscript laden</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="192"/>
        <source>Evalscripts (*.js *.txt);;All files (*)</source>
        <translation>Evalscripts (*.js *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="199"/>
        <source>Address of the script&apos;s text:</source>
        <translation>Adresse des Skripttextes:</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="206"/>
        <source>My script</source>
        <translation>Mein Skript</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="207"/>
        <source>Save as mine</source>
        <translation>Als meines speichern</translation>
    </message>
    <message>
        <location filename="../ui/script_dialog.py" line="207"/>
        <source>Title:</source>
        <translation>Titel:</translation>
    </message>
    <message>
        <location filename="../ui/script_editor.py" line="38"/>
        <source>Problems in the script</source>
        <translation>Fehler im Skript</translation>
    </message>
    <message>
        <location filename="../ui/script_editor.py" line="80"/>
        <source>The script is empty.</source>
        <translation>Das Skript ist leer.</translation>
    </message>
    <message>
        <location filename="../ui/script_editor.py" line="82"/>
        <source>This looks wrong; the service will say for certain:</source>
        <translation>Das sieht falsch aus; sicher weiß es der Dienst:</translation>
    </message>
    <message>
        <location filename="../ui/script_editor.py" line="84"/>
        <source>No problem seen.</source>
        <translation>Kein Fehler zu sehen.</translation>
    </message>
    <message>
        <location filename="../ui/script_editor.py" line="93"/>
        <source>The service said:</source>
        <translation>Der Dienst sagte:</translation>
    </message>
    <message>
        <location filename="../ui/script_editor.py" line="100"/>
        <source>Line {line}: {message}</source>
        <translation>Zeile {line}: {message}</translation>
    </message>
    <message>
        <location filename="../ui/search_area.py" line="63"/>
        <source>Files can be cut to an area only, not to a point.</source>
        <translation>Dateien lassen sich nur auf ein Gebiet zuschneiden, nicht auf einen Punkt.</translation>
    </message>
    <message>
        <location filename="../ui/search_area.py" line="63"/>
        <source>Choose another kind of area under &apos;Change search&apos;.</source>
        <translation>Unter 'Suche ändern' eine andere Art von Gebiet wählen.</translation>
    </message>
    <message>
        <location filename="../ui/search_area.py" line="134"/>
        <source>The point is not two numbers.</source>
        <translation>Der Punkt besteht nicht aus zwei Zahlen.</translation>
    </message>
    <message>
        <location filename="../ui/search_area.py" line="134"/>
        <source>Type longitude, latitude, such as 46.31, -15.72.</source>
        <translation>Länge, Breite eingeben, etwa 46.31, -15.72.</translation>
    </message>
    <message>
        <location filename="../ui/search_area.py" line="138"/>
        <source>The point is not on Earth.</source>
        <translation>Der Punkt liegt nicht auf der Erde.</translation>
    </message>
    <message>
        <location filename="../ui/search_area.py" line="138"/>
        <source>Type the longitude first, in degrees.</source>
        <translation>Die Länge zuerst eingeben, in Grad.</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="26"/>
        <source>Add &amp;condition</source>
        <translation>&amp;Bedingung hinzufügen</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="81"/>
        <source>property</source>
        <translation>Eigenschaft</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="84"/>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="87"/>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="88"/>
        <source>A number, or text. Several values for &apos;in&apos; are separated by commas.</source>
        <translation>Eine Zahl oder Text. Mehrere Werte für 'in' werden durch Kommas getrennt.</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="91"/>
        <source>×</source>
        <translation>×</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="92"/>
        <source>Remove this condition</source>
        <translation>Diese Bedingung entfernen</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="125"/>
        <source>A condition is not complete.</source>
        <translation>Eine Bedingung ist nicht vollständig.</translation>
    </message>
    <message>
        <location filename="../ui/search_conditions.py" line="125"/>
        <source>Fill in property and value, or remove the row.</source>
        <translation>Eigenschaft und Wert ausfüllen, oder die Zeile entfernen.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="161"/>
        <source>Reading properties</source>
        <translation>Eigenschaften werden gelesen</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="186"/>
        <source>The catalog has no collection &apos;{name}&apos;.</source>
        <translation>Der Katalog hat keine Sammlung '{name}'.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="186"/>
        <source>Choose one of the list, or clear the field for all.</source>
        <translation>Eine der Liste wählen, oder das Feld für alle leeren.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="216"/>
        <source>Searching {catalog}</source>
        <translation>{catalog} wird durchsucht</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="225"/>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="229"/>
        <source>No scene was found.</source>
        <translation>Es wurde keine Szene gefunden.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="230"/>
        <source>Try a longer period, more cloud or a larger area.</source>
        <translation>Einen längeren Zeitraum, mehr Wolken oder ein größeres Gebiet versuchen.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="253"/>
        <source>Public files, no account; prefer collection 1.</source>
        <translation>Öffentliche Dateien, kein Konto; am besten Collection 1.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="254"/>
        <source>Public files, no account; about to be switched off, cloud of new scenes unknown.</source>
        <translation>Öffentliche Dateien, kein Konto; wird bald abgeschaltet, Wolken neuer Szenen unbekannt.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="255"/>
        <source>Files are signed for you, no account; long searches may time out.</source>
        <translation>Dateien werden für Sie signiert, kein Konto; lange Suchen können abbrechen.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="256"/>
        <source>Every scene of the Sentinels, but as JPEG 2000: to search and list, not to cut.</source>
        <translation>Alle Szenen der Sentinels, aber als JPEG 2000: zum Suchen und Auflisten, nicht zum Zuschneiden.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="260"/>
        <source>Collections: {count}.</source>
        <translation>Sammlungen: {count}.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="262"/>
        <source>It can&apos;t filter; that is done here.</source>
        <translation>Er kann nicht filtern; das geschieht hier.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="264"/>
        <source>It can&apos;t sort; that is done here.</source>
        <translation>Er kann nicht sortieren; das geschieht hier.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="266"/>
        <source>Files without a service; they are searched here.</source>
        <translation>Dateien ohne Dienst; sie werden hier durchsucht.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="275"/>
        <source>{first} to {last}.</source>
        <translation>{first} bis {last}.</translation>
    </message>
    <message>
        <location filename="../ui/search_controller.py" line="275"/>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="59"/>
        <source>type to search the collections</source>
        <translation>tippen, um Sammlungen zu suchen</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="76"/>
        <source>Scenes of any time.</source>
        <translation>Szenen beliebiger Zeit.</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="79"/>
        <source>Of the whole scene, as the catalog says; at 100 % of unknown cloud too.</source>
        <translation>Der ganzen Szene, wie der Katalog sagt; bei 100 % auch unbekannte.</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="85"/>
        <source>any; several separated by commas</source>
        <translation>beliebig; mehrere durch Kommas getrennt</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="87"/>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="87"/>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="87"/>
        <source>Least cloud first</source>
        <translation>Wenigste Wolken zuerst</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="87"/>
        <source>By name</source>
        <translation>Nach Namen</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="94"/>
        <source>Only the newest processing of a scene</source>
        <translation>Nur die neueste Verarbeitung einer Szene</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="98"/>
        <source> scenes</source>
        <translation> Szenen</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="99"/>
        <source>The search ends when it has found so many scenes.</source>
        <translation>Die Suche endet, wenn sie so viele Szenen gefunden hat.</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="101"/>
        <source> a request</source>
        <translation> je Anfrage</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="102"/>
        <source>How many scenes each answer of the catalog brings. Says nothing about how many are found; smaller ones help where a catalog fails.</source>
        <translation>Wie viele Szenen jede Antwort des Katalogs bringt. Sagt nichts darüber, wie viele gefunden werden; kleinere helfen, wo ein Katalog versagt.</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="109"/>
        <source>I&amp;ds</source>
        <translation>I&amp;Ds</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="110"/>
        <source>So&amp;rt</source>
        <translation>&amp;Reihenfolge</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="112"/>
        <source>Pa&amp;ge size</source>
        <translation>Seiten&amp;größe</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="114"/>
        <source>More conditions, order and size</source>
        <translation>Weitere Bedingungen, Reihenfolge und Umfang</translation>
    </message>
    <message>
        <location filename="../ui/search_form.py" line="128"/>
        <source>Max. clo&amp;ud</source>
        <translation>Max. &amp;Wolken</translation>
    </message>
    <message>
        <location filename="../ui/search_panel.py" line="40"/>
        <source>&amp;Search</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <location filename="../ui/search_panel.py" line="46"/>
        <source>R&amp;esults ›</source>
        <translation>&amp;Ergebnisse ›</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="109"/>
        <source>S&amp;top</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="42"/>
        <source>‹ Change searc&amp;h</source>
        <translation>‹ Suche &amp;ändern</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="44"/>
        <source>Pi&amp;ctures</source>
        <translation>&amp;Bilder</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="115"/>
        <source>Sa&amp;ve…</source>
        <translation>S&amp;peichern …</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="115"/>
        <source>True colo&amp;ur</source>
        <translation>&amp;Echtfarben</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="115"/>
        <source>Add &amp;layers…</source>
        <translation>&amp;Layer …</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="115"/>
        <source>Clip to &amp;area…</source>
        <translation>&amp;Zuschneiden …</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="115"/>
        <source>By scri&amp;pt…</source>
        <translation>Per S&amp;kript …</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="121"/>
        <source>Show all scenes found as a layer, with every property as a field.</source>
        <translation>Alle gefundenen Szenen als Layer zeigen, jede Eigenschaft als Feld.</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="122"/>
        <source>Save the selected scenes, or all, as GeoJSON that other STAC programs read.</source>
        <translation>Die gewählten Szenen oder alle als GeoJSON speichern, das andere STAC-Programme lesen.</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="123"/>
        <source>Show the selected scenes in their own colours; read from the server as the map needs it.</source>
        <translation>Die gewählten Szenen in ihren eigenen Farben zeigen; gelesen vom Server, wie die Karte es braucht.</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="124"/>
        <source>Show files of the selected scenes as layers, one by one or three as a colour picture.</source>
        <translation>Dateien der gewählten Szenen als Layer zeigen, einzeln oder drei als Farbbild.</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="125"/>
        <source>Cut files of the selected scenes to the area and save them, also as a series in time.</source>
        <translation>Dateien der gewählten Szenen auf das Gebiet zuschneiden und speichern, auch als zeitliche Reihe.</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="126"/>
        <source>Make images of this collection with a script in the Imagery tab, here and without an account.</source>
        <translation>Bilder dieser Sammlung mit einem Skript im Reiter Bilder machen, hier und ohne Konto.</translation>
    </message>
    <message>
        <location filename="../ui/search_results.py" line="131"/>
        <source>Scenes found</source>
        <translation>Gefundene Szenen</translation>
    </message>
    <message>
        <location filename="../ui/season_chips.py" line="99"/>
        <source>Choose one parcel on the left to see its chips.</source>
        <translation>Links eine Parzelle wählen, um ihre Bildausschnitte zu sehen.</translation>
    </message>
    <message>
        <location filename="../ui/season_chips.py" line="139"/>
        <source>Fetching chips of {parcel}</source>
        <translation>Bildausschnitte von {parcel} holen</translation>
    </message>
    <message>
        <location filename="../ui/season_chips.py" line="171"/>
        <source>No date is clear. Show all dates, or change the rule on the first page.</source>
        <translation>Kein Tag ist klar. Alle Tage zeigen oder die Regel auf der ersten Seite ändern.</translation>
    </message>
    <message>
        <location filename="../ui/season_chips.py" line="173"/>
        <source>{count} chips are not here yet: Fetch chips asks the source for them.</source>
        <translation>{count} Ausschnitte fehlen noch: „Ausschnitte holen“ fragt die Quelle danach.</translation>
    </message>
    <message>
        <location filename="../ui/season_chips.py" line="176"/>
        <source>Of the chosen parcels, {parcel} is shown.</source>
        <translation>Von den gewählten Parzellen wird {parcel} gezeigt.</translation>
    </message>
    <message>
        <location filename="../ui/season_chips.py" line="215"/>
        <source>On the map: {parcel}, chips: {count}. The Temporal Controller goes through them.</source>
        <translation>Auf der Karte: {parcel}, Ausschnitte: {count}. Die Zeitsteuerung geht sie durch.</translation>
    </message>
    <message>
        <location filename="../ui/season_controller.py" line="126"/>
        <source>Reading what the source says</source>
        <translation>Hinweise der Quelle lesen</translation>
    </message>
    <message>
        <location filename="../ui/season_controller.py" line="143"/>
        <source>Judging again</source>
        <translation>Neu urteilen</translation>
    </message>
    <message>
        <location filename="../ui/season_controller.py" line="197"/>
        <source>no image</source>
        <translation>kein Bild</translation>
    </message>
    <message>
        <location filename="../ui/season_controller.py" line="198"/>
        <source>{share} % clear</source>
        <translation>{share} % klar</translation>
    </message>
    <message>
        <location filename="../ui/season_runner.py" line="86"/>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <location filename="../ui/season_runner.py" line="131"/>
        <source>{names} and {count} more</source>
        <translation>{names} und {count} weitere</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="65"/>
        <source>Nothing is checked.</source>
        <translation>Nichts ist angehakt.</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="65"/>
        <source>Check a band or an index.</source>
        <translation>Ein Band oder einen Index anhaken.</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="77"/>
        <source>Measuring {names}</source>
        <translation>{names} messen</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="86"/>
        <source>The rule is another one now: measure again.</source>
        <translation>Die Regel ist jetzt eine andere: neu messen.</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="91"/>
        <source>All together</source>
        <translation>Alles zusammen</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="124"/>
        <source>No date is clear for these parcels. Measure all dates, or change the rule on the first page.</source>
        <translation>Für diese Parzellen ist kein Tag klar. Alle Tage messen oder die Regel auf der ersten Seite ändern.</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="145"/>
        <source>{title} ({shown} of {count})</source>
        <translation>{title} ({shown} von {count})</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="156"/>
        <source>{band} of {count} parcels</source>
        <translation>{band} von {count} Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="170"/>
        <source>These parcels were not measured yet. Press Measure.</source>
        <translation>Diese Parzellen sind noch nicht gemessen. „Messen“ drücken.</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="34"/>
        <source>Nothing measured yet. Check bands or indices on the left, then Measure.</source>
        <translation>Noch nichts gemessen. Links Bänder oder Indizes anhaken, dann „Messen“.</translation>
    </message>
    <message>
        <location filename="../ui/season_window.py" line="41"/>
        <source>Season: {title}</source>
        <translation>Saison: {title}</translation>
    </message>
    <message>
        <location filename="../ui/season_window.py" line="47"/>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <location filename="../ui/season_window.py" line="48"/>
        <source>Chips</source>
        <translation>Ausschnitte</translation>
    </message>
    <message>
        <location filename="../ui/season_window.py" line="49"/>
        <source>Series</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <location filename="../ui/season_window.py" line="74"/>
        <source>What is missing, and what the source says</source>
        <translation>Was fehlt und was die Quelle sagt</translation>
    </message>
    <message>
        <location filename="../ui/season_window.py" line="112"/>
        <source>Notes ({count})</source>
        <translation>Hinweise ({count})</translation>
    </message>
    <message>
        <location filename="../ui/seasons_list.py" line="23"/>
        <source>Looked at since &amp;QGIS was started</source>
        <translation>Seit dem Start von &amp;QGIS angesehen</translation>
    </message>
    <message>
        <location filename="../ui/seasons_list.py" line="26"/>
        <source>Double-click, or press Enter, to open its window again.</source>
        <translation>Doppelklick oder Eingabe öffnet das Fenster noch einmal.</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="47"/>
        <source>name = formula of bands, one in each line; or a whole evalscript that begins with //VERSION=3</source>
        <translation>Name = Formel aus Bändern, eine je Zeile; oder ein ganzes Evalscript, das mit //VERSION=3 beginnt</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="51"/>
        <source>Chosen parcels</source>
        <translation>Gewählte Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="52"/>
        <source>All parcels</source>
        <translation>Alle Parzellen</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="56"/>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="68"/>
        <source>&amp;Bands and indices</source>
        <translation>&amp;Bänder und Indizes</translation>
    </message>
    <message>
        <location filename="../ui/series_choice.py" line="68"/>
        <source>&amp;Own index</source>
        <translation>&amp;Eigener Index</translation>
    </message>
    <message>
        <location filename="../ui/series_lines.py" line="19"/>
        <source>{count} px</source>
        <translation>{count} px</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="32"/>
        <source>What the plot shows</source>
        <translation>Was das Diagramm zeigt</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="33"/>
        <source>Values over time</source>
        <translation>Werte im Lauf der Zeit</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="36"/>
        <source>Statistics of each parcel and date</source>
        <translation>Statistik jeder Parzelle und jedes Tages</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="37"/>
        <source>&amp;Save table…</source>
        <translation>Tabelle &amp;speichern…</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="40"/>
        <source>All that was measured as CSV or GeoPackage</source>
        <translation>Alles Gemessene als CSV oder GeoPackage</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="52"/>
        <source>Sho&amp;w</source>
        <translation>&amp;Zeigen</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="106"/>
        <source>Band</source>
        <translation>Band</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="107"/>
        <source>With a value, of all of the parcel</source>
        <translation>Mit einem Wert, von allen der Parzelle</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="109"/>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="110"/>
        <source>Deviation</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="111"/>
        <source>Minimum</source>
        <translation>Kleinstes</translation>
    </message>
    <message>
        <location filename="../ui/series_page.py" line="113"/>
        <source>Maximum</source>
        <translation>Größtes</translation>
    </message>
    <message>
        <location filename="../ui/series_plot.py" line="173"/>
        <source>no value</source>
        <translation>kein Wert</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="59"/>
        <source>Clear &amp;dates only</source>
        <translation>Nur klare &amp;Termine</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="61"/>
        <source>Leave out dates with cloud, shadow, cirrus or snow over the parcel, by the server&apos;s scene classes.</source>
        <translation>Termine mit Wolken, Schatten, Zirren oder Schnee über der Parzelle auslassen, nach den Szenenklassen des Servers.</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="65"/>
        <source>Save &amp;CSV…</source>
        <translation>&amp;CSV speichern…</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="75"/>
        <source>&amp;Band</source>
        <translation>&amp;Band</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="99"/>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="101"/>
        <source>NDVI of the means</source>
        <translation>NDVI der Mittelwerte</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="118"/>
        <source>{count} dates, {clear} of them clear.</source>
        <translation>{count} Termine, davon {clear} klar.</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="128"/>
        <source>{shown} of {count} dates; the shade is from the 25th to the 75th percentile.</source>
        <translation>{shown} von {count} Terminen; die Schattierung reicht vom 25. zum 75. Perzentil.</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="132"/>
        <source>Digital number</source>
        <translation>Digitalwert</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="132"/>
        <source>Backscatter</source>
        <translation>Rückstreuung</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="132"/>
        <source>Coherence</source>
        <translation>Kohärenz</translation>
    </message>
    <message>
        <location filename="../ui/server_series_window.py" line="141"/>
        <source>{count} pixels</source>
        <translation>{count} Pixel</translation>
    </message>
    <message>
        <location filename="../ui/sheet_saving.py" line="18"/>
        <source>PNG image (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <location filename="../ui/sheet_saving.py" line="18"/>
        <source>PDF page (*.pdf)</source>
        <translation>PDF-Seite (*.pdf)</translation>
    </message>
    <message>
        <location filename="../ui/sheet_saving.py" line="19"/>
        <source>Save the contact sheet</source>
        <translation>Kontaktbogen speichern</translation>
    </message>
    <message>
        <location filename="../ui/table_saving.py" line="30"/>
        <source>Saved as {path}</source>
        <translation>Gespeichert als {path}</translation>
    </message>
    <message>
        <location filename="../ui/size_fields.py" line="29"/>
        <source> m</source>
        <translation> m</translation>
    </message>
    <message>
        <location filename="../ui/size_fields.py" line="30"/>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <location filename="../ui/size_fields.py" line="30"/>
        <source>Height</source>
        <translation>Höhe</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="39"/>
        <source>Time slots</source>
        <translation>Zeitabschnitte</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="49"/>
        <source>Calendar &amp;months</source>
        <translation>Kalender&amp;monate</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="49"/>
        <source>&amp;Equal parts:</source>
        <translation>&amp;Gleiche Teile:</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="49"/>
        <source>Every so many &amp;days:</source>
        <translation>Alle so viele &amp;Tage:</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="49"/>
        <source>The &amp;whole period</source>
        <translation>Der gan&amp;ze Zeitraum</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="49"/>
        <source>Days &amp;picked in the timeline</source>
        <translation>In der Zeitleiste ge&amp;wählte Tage</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="62"/>
        <source> days</source>
        <translation> Tage</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="64"/>
        <source>First day</source>
        <translation>Erster Tag</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="64"/>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="64"/>
        <source>Days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="88"/>
        <source>Cut {first} to {last} (both days included, UTC) into:</source>
        <translation>{first} bis {last} (beide Tage eingeschlossen, UTC) teilen in:</translation>
    </message>
    <message>
        <location filename="../ui/slots_dialog.py" line="120"/>
        <source>Slots: {count}, without holes or overlap.</source>
        <translation>{count} Abschnitte, ohne Lücke und Überlappung.</translation>
    </message>
    <message>
        <location filename="../ui/source_fields.py" line="14"/>
        <source>Least cloudy first</source>
        <translation>Wolkenärmste zuerst</translation>
    </message>
    <message>
        <location filename="../ui/source_fields.py" line="14"/>
        <source>Most recent first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <location filename="../ui/source_fields.py" line="14"/>
        <source>Least recent first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <location filename="../ui/status_light.py" line="54"/>
        <source>Not used yet in this session.</source>
        <translation>In dieser Sitzung noch nicht benutzt.</translation>
    </message>
    <message>
        <location filename="../ui/status_light.py" line="55"/>
        <source>Working…</source>
        <translation>In Arbeit…</translation>
    </message>
    <message>
        <location filename="../ui/status_light.py" line="56"/>
        <source>The last request was answered.</source>
        <translation>Die letzte Anfrage wurde beantwortet.</translation>
    </message>
    <message>
        <location filename="../ui/status_light.py" line="57"/>
        <source>Usable, with a remark.</source>
        <translation>Nutzbar, mit einer Bemerkung.</translation>
    </message>
    <message>
        <location filename="../ui/status_light.py" line="58"/>
        <source>The last request failed.</source>
        <translation>Die letzte Anfrage ist fehlgeschlagen.</translation>
    </message>
    <message>
        <location filename="../ui/storage_form.py" line="44"/>
        <source>A configuration of QGIS&apos;s authentication manager with the access key as user name and its secret as password. Without one, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment are used.</source>
        <translation>Eine Konfiguration der QGIS-Authentifizierungsverwaltung mit dem Zugriffsschlüssel als Benutzername und seinem Geheimnis als Passwort. Ohne sie gelten AWS_ACCESS_KEY_ID und AWS_SECRET_ACCESS_KEY der Umgebung.</translation>
    </message>
    <message>
        <location filename="../ui/storage_form.py" line="56"/>
        <source>Sto&amp;rage</source>
        <translation>Speiche&amp;r</translation>
    </message>
    <message>
        <location filename="../ui/storage_form.py" line="58"/>
        <source>&amp;Keys</source>
        <translation>Sch&amp;lüssel</translation>
    </message>
    <message>
        <location filename="../ui/storage_form.py" line="66"/>
        <source>Files are copied into {folder}, where the local hub reads them; no account and no keys are needed.</source>
        <translation>Dateien werden nach {folder} kopiert, wo der lokale Hub sie liest; weder Konto noch Schlüssel sind nötig.</translation>
    </message>
    <message>
        <location filename="../ui/table_saving.py" line="21"/>
        <source>GeoPackage (*.gpkg)</source>
        <translation>GeoPackage (*.gpkg)</translation>
    </message>
    <message>
        <location filename="../ui/table_saving.py" line="21"/>
        <source>CSV table (*.csv)</source>
        <translation>CSV-Tabelle (*.csv)</translation>
    </message>
    <message>
        <location filename="../ui/table_saving.py" line="22"/>
        <source>Save the table</source>
        <translation>Tabelle speichern</translation>
    </message>
    <message>
        <location filename="../ui/table_saving.py" line="29"/>
        <source>Saving {path}…</source>
        <translation>{path} wird gespeichert…</translation>
    </message>
    <message>
        <location filename="../ui/table_saving.py" line="30"/>
        <source>Saving a table</source>
        <translation>Tabelle speichern</translation>
    </message>
    <message>
        <location filename="../ui/tile_actions.py" line="19"/>
        <source>Choose a collection first.</source>
        <translation>Wählen Sie zuerst eine Sammlung.</translation>
    </message>
    <message>
        <location filename="../ui/tile_actions.py" line="20"/>
        <source>Select tiles in the table first.</source>
        <translation>Wählen Sie zuerst Kacheln in der Tabelle.</translation>
    </message>
    <message>
        <location filename="../ui/tile_actions.py" line="30"/>
        <source>{count} tiles are selected.</source>
        <translation>{count} Kacheln sind gewählt.</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="47"/>
        <source>Edit {count} tiles</source>
        <translation>{count} Kacheln ändern</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="47"/>
        <source>Edit tile</source>
        <translation>Kachel ändern</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="73"/>
        <source>Keep as it is</source>
        <translation>Lassen, wie sie ist</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="57"/>
        <source>Set to</source>
        <translation>Setzen auf</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="57"/>
        <source>Take away</source>
        <translation>Wegnehmen</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="73"/>
        <source>Take the selected feature of</source>
        <translation>Das gewählte Objekt nehmen aus</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="73"/>
        <source>Take away: the whole tile</source>
        <translation>Wegnehmen: die ganze Kachel</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="85"/>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="91"/>
        <source>{count} tiles</source>
        <translation>{count} Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="93"/>
        <source>Sensing &amp;time</source>
        <translation>Aufnahme&amp;zeit</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="95"/>
        <source>&amp;Cover</source>
        <translation>&amp;Abdeckung</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="130"/>
        <source>{count} points.</source>
        <translation>{count} Punkte.</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="148"/>
        <source>Add one.</source>
        <translation>Fügen Sie einen hinzu.</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="151"/>
        <source>{count} features of &apos;{layer}&apos; are selected.</source>
        <translation>In „{layer}“ sind {count} Objekte gewählt.</translation>
    </message>
    <message>
        <location filename="../ui/tile_dialog.py" line="151"/>
        <source>Select one.</source>
        <translation>Wählen Sie eines.</translation>
    </message>
    <message>
        <location filename="../ui/tile_filter.py" line="93"/>
        <source>&apos;{text}&apos; is not a time.</source>
        <translation>„{text}“ ist keine Zeit.</translation>
    </message>
    <message>
        <location filename="../ui/tile_filter.py" line="93"/>
        <source>Write 2019, 2019-03 or 2019-03-01 .. 2019-05.</source>
        <translation>Schreiben Sie 2019, 2019-03 oder 2019-03-01 .. 2019-05.</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="42"/>
        <source>queued</source>
        <translation>eingereiht</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="42"/>
        <source>ingesting</source>
        <translation>wird gelesen</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="42"/>
        <source>ingested</source>
        <translation>eingelesen</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="43"/>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <location filename="../ui/tile_table.py" line="73"/>
        <source>Added</source>
        <translation>Dazu am</translation>
    </message>
    <message>
        <location filename="../ui/timeline.py" line="33"/>
        <source>Days with scenes and their cloud</source>
        <translation>Tage mit Szenen und ihre Bewölkung</translation>
    </message>
    <message>
        <location filename="../ui/timeline.py" line="169"/>
        <source>{count} scenes</source>
        <translation>{count} Szenen</translation>
    </message>
    <message>
        <location filename="../ui/timeline.py" line="171"/>
        <source>{percent} % cloud over the area</source>
        <translation>{percent} % Wolken über dem Gebiet</translation>
    </message>
    <message>
        <location filename="../ui/timeline.py" line="173"/>
        <source>{percent} % cloud in the tiles</source>
        <translation>{percent} % Wolken in den Kacheln</translation>
    </message>
    <message>
        <location filename="../ui/upload_controller.py" line="53"/>
        <source>From a folder to a collection, {connection}</source>
        <translation>Vom Ordner zur Sammlung, {connection}</translation>
    </message>
    <message>
        <location filename="../ui/upload_controller.py" line="97"/>
        <source>Checking: {text}</source>
        <translation>Prüfung: {text}</translation>
    </message>
    <message>
        <location filename="../ui/upload_controller.py" line="102"/>
        <source>Checking the files…</source>
        <translation>Die Dateien werden geprüft…</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="53"/>
        <source>From a folder to a collection</source>
        <translation>Vom Ordner zur Sammlung</translation>
    </message>
    <message>
        <location filename="../ui/upload_controller.py" line="128"/>
        <source>Stopped. What was sent stays; &apos;Start&apos; goes on with the rest.</source>
        <translation>Angehalten. Was gesendet ist, bleibt; „Start“ macht mit dem Rest weiter.</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="72"/>
        <source>found from the names</source>
        <translation>aus den Namen ermittelt</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="78"/>
        <source>Such as {YYYY}-{MM}-{DD}, anywhere in the path; &apos;auto&apos; finds out, empty for no sensing time.</source>
        <translation>Etwa {YYYY}-{MM}-{DD}, irgendwo im Pfad; „auto“ findet es heraus, leer für keine Aufnahmezeit.</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="84"/>
        <source>Con&amp;vert files that break a rule; the originals stay as they are</source>
        <translation>Dateien, die gegen eine Regel &amp;verstoßen, umwandeln; die Originale bleiben, wie sie sind</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="89"/>
        <source>one of yours, or the name of a new one</source>
        <translation>eine Ihrer Sammlungen oder der Name einer neuen</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="107"/>
        <source>&amp;Start</source>
        <translation>&amp;Start</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="112"/>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="116"/>
        <source>&amp;Folder</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="120"/>
        <source>&amp;Bucket</source>
        <translation>&amp;Bucket</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="120"/>
        <source>below</source>
        <translation>unter</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="128"/>
        <source>1. Your files</source>
        <translation>1. Ihre Dateien</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="133"/>
        <source>2. Where they go</source>
        <translation>2. Wohin sie kommen</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="135"/>
        <source>3. What happens</source>
        <translation>3. Was geschieht</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="250"/>
        <source>The bucket of this collection.</source>
        <translation>Der Bucket dieser Sammlung.</translation>
    </message>
    <message>
        <location filename="../ui/upload_dialog.py" line="258"/>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="29"/>
        <source>to be converted: {reason}</source>
        <translation>wird umgewandelt: {reason}</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="33"/>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="34"/>
        <source>left out: {reason}</source>
        <translation>ausgelassen: {reason}</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="42"/>
        <source>Tiles ready: {ready}; with trouble: {trouble}; other files: {others}.</source>
        <translation>Kacheln bereit: {ready}; mit Problemen: {trouble}; andere Dateien: {others}.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="44"/>
        <source>Template {template}, time {pattern}.</source>
        <translation>Vorlage {template}, Zeit {pattern}.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="44"/>
        <source>none: no sensing time is in the paths</source>
        <translation>keine: in den Pfaden steht keine Aufnahmezeit</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="63"/>
        <source>Choose the folder of your rasters.</source>
        <translation>Wählen Sie den Ordner mit Ihren Rastern.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="65"/>
        <source>No tile can be ingested as it is. Let the files be converted, or correct template and time.</source>
        <translation>So kann keine Kachel aufgenommen werden. Lassen Sie die Dateien umwandeln, oder berichtigen Sie Vorlage und Zeit.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="67"/>
        <source>Choose a collection, or write the name of a new one.</source>
        <translation>Wählen Sie eine Sammlung, oder schreiben Sie den Namen einer neuen.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="69"/>
        <source>Write the name of the bucket that the new collection reads.</source>
        <translation>Schreiben Sie den Namen des Buckets, den die neue Sammlung liest.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="79"/>
        <source>makes the collection &apos;{name}&apos;</source>
        <translation>legt die Sammlung „{name}“ an</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="80"/>
        <source>copies the files of {tiles} tiles to the bucket {bucket}</source>
        <translation>kopiert die Dateien von {tiles} Kacheln in den Bucket {bucket}</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="80"/>
        <source>sends the files of {tiles} tiles to the bucket {bucket}</source>
        <translation>sendet die Dateien von {tiles} Kacheln in den Bucket {bucket}</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="83"/>
        <source>adds the tiles to &apos;{name}&apos;</source>
        <translation>fügt die Kacheln „{name}“ hinzu</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="83"/>
        <source>adds the tiles to &apos;{name}&apos; for {units} processing units</source>
        <translation>fügt „{name}“ die Kacheln für {units} Verarbeitungseinheiten hinzu</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="86"/>
        <source>waits until they are ingested</source>
        <translation>wartet, bis sie aufgenommen sind</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="87"/>
        <source>Start {what}.</source>
        <translation>„Start“ {what}.</translation>
    </message>
    <message>
        <location filename="../ui/upload_texts.py" line="99"/>
        <source>&apos;Use it&apos; opens the Imagery tab with the collection filled in.</source>
        <translation>„Verwenden“ öffnet den Reiter „Bilder“ mit der eingetragenen Sammlung.</translation>
    </message>
    <message>
        <location filename="../ui/usage_box.py" line="23"/>
        <source>Limits…</source>
        <translation>Grenzen…</translation>
    </message>
    <message>
        <location filename="../ui/usage_box.py" line="24"/>
        <source>When to ask before an order, and how large the cache may become.</source>
        <translation>Wann vor einem Auftrag gefragt wird und wie groß der Cache werden darf.</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="56"/>
        <source>Measuring the cache</source>
        <translation>Cache wird gemessen</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="61"/>
        <source>Keeping the cache below its limit</source>
        <translation>Cache wird unter seiner Grenze gehalten</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="84"/>
        <source>Remove all downloaded images from the cache? Files saved to folders stay.</source>
        <translation>Alle heruntergeladenen Bilder aus dem Cache entfernen? In Ordner gespeicherte Dateien bleiben.</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="86"/>
        <source>{count} images of this project lie in the cache and would be lost.</source>
        <translation>{count} Bilder dieses Projekts liegen im Cache und gingen verloren.</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="88"/>
        <source>Clear the cache</source>
        <translation>Cache leeren</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="89"/>
        <source>Clearing the cache</source>
        <translation>Cache wird geleert</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="117"/>
        <source>Cache: not measured yet</source>
        <translation>Cache: noch nicht gemessen</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="120"/>
        <source>Cache: {size}</source>
        <translation>Cache: {size}</translation>
    </message>
    <message>
        <location filename="../ui/usage_controller.py" line="121"/>
        <source>Cache: {size} of {most}</source>
        <translation>Cache: {size} von {most}</translation>
    </message>
    <message>
        <location filename="../ui/values_table.py" line="135"/>
        <source>&amp;Copy rows</source>
        <translation>Zeilen &amp;kopieren</translation>
    </message>
    <message>
        <location filename="../ui/verdict_words.py" line="13"/>
        <source>clear</source>
        <translation>klar</translation>
    </message>
    <message>
        <location filename="../ui/verdict_words.py" line="13"/>
        <source>not clear</source>
        <translation>nicht klar</translation>
    </message>
    <message>
        <location filename="../ui/verdict_words.py" line="13"/>
        <source>not covered</source>
        <translation>nicht abgedeckt</translation>
    </message>
    <message>
        <location filename="../ui/verdict_words.py" line="14"/>
        <source>no pixel</source>
        <translation>kein Pixel</translation>
    </message>
    <message>
        <location filename="../ui/parcels_controller.py" line="141"/>
        <source>Stopped. What came already is kept: another look goes on from there.</source>
        <translation>Angehalten. Was schon da ist, bleibt: noch einmal Ansehen macht dort weiter.</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="62"/>
        <source>No parcel is chosen.</source>
        <translation>Keine Parzelle ist gewählt.</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="62"/>
        <source>Choose some on the left, or all here.</source>
        <translation>Links einige wählen, oder hier alle.</translation>
    </message>
    <message>
        <location filename="../ui/season_series.py" line="104"/>
        <source>Images to ask for: about {count}</source>
        <translation>Zu holende Bilder: etwa {count}</translation>
    </message>
    <message>
        <location filename="../ui/storage_form.py" line="38"/>
        <source>https://host or https://host:port of any S3-compatible storage, or the folder of a local hub&apos;s buckets.</source>
        <translation>https://Rechner oder https://Rechner:Port eines S3-kompatiblen Speichers, oder der Ordner der Buckets eines lokalen Hubs.</translation>
    </message>
    <message>
        <location filename="../ui/script_editor.py" line="72"/>
        <source>Your text gave way to this one; Ctrl+Z brings it back.</source>
        <translation>Ihr Text wich diesem; Strg+Z bringt ihn zurück.</translation>
    </message>
    <message>
        <location filename="../ui/chips_page.py" line="185"/>
        <source>All chips, or the chosen ones where several are, as a group that follows the time</source>
        <translation>Alle Ausschnitte, oder die gewählten, wenn es mehrere sind, als Gruppe, die der Zeit folgt</translation>
    </message>
    <message>
        <location filename="../ui/open_data_dialog.py" line="95"/>
        <source>Its Sentinel-2 scenes are JPEG 2000 files, which can&apos;t be read in parts; Earth Search has the same scenes. Other collections of it are in the Search tab.</source>
        <translation>Seine Sentinel-2-Szenen sind JPEG-2000-Dateien, die nicht in Teilen gelesen werden können; Earth Search hat dieselben Szenen. Andere Sammlungen des Katalogs stehen im Reiter Suche.</translation>
    </message>
    <message>
        <location filename="../ui/check_controller.py" line="137"/>
        <source>Makes COGs of what is refused, files: {count}. They stay as they are.</source>
        <translation>Macht COGs aus dem Abgelehnten, Dateien: {count}. Sie bleiben, wie sie sind.</translation>
    </message>
    <message>
        <location filename="../ui/parcel_list.py" line="56"/>
        <source>All parcels ({count})</source>
        <translation>Alle Parzellen ({count})</translation>
    </message>
    <message>
        <location filename="../ui/key_actions.py" line="36"/>
        <source>Read with its access key</source>
        <translation>Mit seinem Zugangsschlüssel lesen</translation>
    </message>
    <message>
        <location filename="../ui/key_actions.py" line="72"/>
        <source>Layers that need their access key: {count}. Right-click one: Sentinel Workbench &gt; {entry}.</source>
        <translation>Layer, die ihren Zugangsschlüssel brauchen: {count}. Rechtsklick auf einen: Sentinel Workbench &gt; {entry}.</translation>
    </message>
</context>
</TS>
