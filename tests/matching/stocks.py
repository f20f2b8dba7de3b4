"""The words of two providers in two parts of the world, of which the labelled pairs of R63 are made."""

from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Stock:
    half: str
    families: tuple[str, ...]
    first: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]  # each a legal form in all its spellings
    towns: tuple[str, ...]
    ending: str
    free: str
    provider: str
    short: tuple[tuple[str, str], ...]
    holding: tuple[str, ...]
    former: tuple[str, ...]


NORTH = Stock(
    "tuned",
    families=_words("""
        Müller Schröder Köhler Weiß Jäger Krüger Böhm Lübke Hänsel Brandt Vogel Sommer Winter Albrecht
        Lorenz Seidel Ziegler Kuhn Pohl Horn Busch Bergmann Voigt Sauer Arnold Wolff Pfeiffer Harper
        Whitfield Langley Thornton Mercer Ashcroft Bentley Hollis Kendrick Marlowe Prescott Radley
        Stanton Van-Dijk Bakker Visser Mulder Dekker Hoekstra Kuiper Veenstra Wiersma Zijlstra Oakley
        Penrose Quayle Rutter Selwyn Tolliver
        """),
    first=_words("""
        Nord Alpha Blue Elb Rhein Summit Cedar Granite Harbour Falcon Sterling Evergreen Pioneer Beacon
        Atlas Orion Vertex Quantum Silver Ostsee Hanse Delta Linden Eiche Kiefer Morgen Stern Anker
        Leucht Kompass
        """),
    trades=_words("""
        Logistik Maschinenbau Consulting Engineering Dental Architekten Immobilien Services
        Manufacturing Systems Solutions Steuerberatung Rechtsanwälte Metallbau Gartenbau Spedition
        Bäckerei Apotheke Druckerei Software Transport Bouw Techniek Accountants Plumbing Roofing
        Veterinary Insurance Interiors Landscapes
        """),
    forms=(
        ("GmbH", "G.m.b.H.", "gmbh"),
        ("GmbH & Co. KG", "GmbH & Co KG", "GmbH und Co. KG"),
        ("AG", "Aktiengesellschaft"),
        ("e.K.", "eK"),
        ("Ltd", "Limited", "Ltd."),
        ("Inc", "Inc.", "Incorporated"),
        ("LLC", "L.L.C."),
        ("B.V.", "BV", "b.v."),
        ("UG (haftungsbeschränkt)", "UG"),
    ),
    towns=_words("""
        Hamburg Bremen Kiel Köln Düsseldorf Leeds York Utrecht Leiden Boston Austin Denver
        """),
    ending=".de",
    free="gmx.de",
    provider="nordmsp.de",
    short=(
        ("Manufacturing", "Mfg"),
        ("Services", "Svcs"),
        ("Brothers", "Bros"),
        ("Systems", "Sys"),
        ("Engineering", "Eng"),
    ),
    holding=("Holding", "Group", "Beteiligungs"),
    former=("(formerly {})", "vormals {}", "t/a {}", "f/k/a {}"),
)
SOUTH = Stock(
    "held out",
    families=_words("""
        Lefèvre Dubois Moreau Fournier Girard Béranger Chevalier Noël Perrin Gauthier Rossi Bianchi
        Ferrari Esposito Ricci Marino Conti Galli Lombardi Núñez Ibáñez Castaño Peña Muñoz Ortega
        Delgado Kowalski Wiśniewski Wójcik Kamiński Zieliński Szymański Novák Dvořák Svoboda Černý
        Lindqvist Åkesson Sjöberg Bergström Sørensen Mikkelsen Østergaard Hägglund Callaghan Fitzgerald
        Donnelly Gallagher Mackenzie Sinclair Buchanan Drummond Abernathy Calloway Winslow Hathaway
        Pemberton Rosenthal
        """),
    first=_words("""
        Azur Mistral Soleil Aurora Fontana Vulcano Sierra Tramontana Kraken Polar Fjord Aspen Juniper
        Redwood Canyon Keystone Liberty Magnolia Saffron Cobalt Ember Lumen Nimbus Zephyr Solstice
        Meridian Boreal Tundra Lagune Cascade
        """),
    trades=_words("""
        Conseil Ingénierie Menuiserie Boulangerie Pharmacie Transports Assurances Costruzioni Meccanica
        Trasporti Farmacia Studio Construcciones Abogados Clínica Talleres Usługi Transport Budowa
        Stavby Reality Bygg Fastigheter Elektronik Revision Contabilità Logistics Pharmacy Associates
        Technologies Laboratories
        """),
    forms=(
        ("S.A.", "SA"),
        ("SARL", "S.à r.l.", "S.A.R.L."),
        ("SAS", "S.A.S."),
        ("S.p.A.", "SpA"),
        ("S.r.l.", "SRL", "Srl"),
        ("S.L.", "SL"),
        ("Sp. z o.o.", "sp. z o. o.", "Sp z oo"),
        ("s.r.o.", "spol. s r.o."),
        ("AB", "Aktiebolag"),
        ("ApS", "Aps"),
        ("A/S", "AS"),
        ("Oy", "OY"),
        ("PLC", "plc"),
        ("LLP", "L.L.P."),
        ("Corp.", "Corporation", "Corp"),
        ("Pty Ltd", "Pty. Ltd.", "Pty Limited"),
    ),
    towns=_words("""
        Lyon Nantes Torino Bologna Sevilla Málaga Gdańsk Poznań Brno Malmö Aarhus Galway Perth Tucson
        """),
    ending=".com",
    free="orange.fr",
    provider="soleil-infogerance.fr",
    short=(
        ("Technologies", "Tech"),
        ("Associates", "Assoc"),
        ("Laboratories", "Labs"),
        ("International", "Intl"),
        ("Saint", "St"),
    ),
    holding=("Holding", "Groupe", "Group", "Gruppo"),
    former=("(anciennement {})", "formerly {}", "trading as {}", "d/b/a {}"),
)
