"""Signatures of our own invention from Portugal, Britain, the United States, Brazil and the Netherlands."""

from __future__ import annotations

from tests.model.paste_address.sample import Sample

# fmt: off
SAMPLES = [
    Sample(
        "Portuguese signature",
        "PT",
        """Com os melhores cumprimentos,

Eng. João Silva
Diretor Comercial
Construções Atlântico, Lda.
Rua da Prata, n.º 12, 3.º Esq.
1100-414 Lisboa
Portugal
Tel.: 21 555 01 23
Telemóvel: 912 555 012
NIF: 501 964 843
joao.silva@construcoes-atlantico.pt""",
        {
            "organisation": "Construções Atlântico, Lda.", "title": "Eng.", "first_name": "João",
            "last_name": "Silva", "salutation": "mr", "job_title": "Diretor Comercial", "street": "Rua da Prata",
            "house_number": "n.º 12", "supplement": "3.º Esq.", "postcode": "1100-414", "town": "Lisboa",
            "country": "PT", "vat_number": "PT501964843", "phones": ["21 555 01 23"], "mobiles": ["912 555 012"],
            "emails": ["joao.silva@construcoes-atlantico.pt"],
        },
        ["Com os melhores cumprimentos"],
    ),
    Sample(
        "Portuguese one-liner seen from Germany",
        "DE",
        "Dra. Ana Costa · Clínica Foz · Avenida do Brasil 45 · 4150-154 Porto · +351 22 555 0123 · www.clinicafoz.pt",
        {
            "organisation": "Clínica Foz", "title": "Dra.", "first_name": "Ana", "last_name": "Costa",
            "salutation": "ms", "street": "Avenida do Brasil", "house_number": "45", "postcode": "4150-154",
            "town": "Porto", "country": "PT", "phones": ["+351 22 555 0123"], "webs": ["www.clinicafoz.pt"],
        },
    ),
    Sample(
        "Portuguese person",
        "PT",
        """Exma. Senhora Maria Santos
Largo do Carmo 7
8000-148 Faro""",
        {
            "first_name": "Maria", "last_name": "Santos", "salutation": "ms", "street": "Largo do Carmo",
            "house_number": "7", "postcode": "8000-148", "town": "Faro", "country": "PT",
        },
    ),
    Sample(
        "British signature",
        "GB",
        """Kind regards

James Whitfield
Managing Director
Whitfield & Sons Ltd
14 High Street
Oxford
OX1 4AA
T: 01865 555 012
M: 07700 900123
james@whitfieldandsons.co.uk
VAT Reg No: GB980780684
Registered in England, Company No. 01234567""",
        {
            "organisation": "Whitfield & Sons Ltd", "first_name": "James", "last_name": "Whitfield",
            "salutation": "mr", "job_title": "Managing Director", "street": "High Street", "house_number": "14",
            "postcode": "OX1 4AA", "town": "Oxford", "country": "GB", "vat_number": "GB980780684",
            "phones": ["01865 555 012"], "mobiles": ["07700 900123"], "emails": ["james@whitfieldandsons.co.uk"],
        },
        ["Kind regards", "01234567"],
    ),
    Sample(
        "British address in one line seen from Germany",
        "DE",
        "Ms Emma Clarke, Clarke Books Limited, Flat 2, 221B Baker Street, London NW1 6XE, UK, +44 20 7946 0123",
        {
            "organisation": "Clarke Books Limited", "first_name": "Emma", "last_name": "Clarke", "salutation": "ms",
            "supplement": "Flat 2", "street": "Baker Street", "house_number": "221B", "postcode": "NW1 6XE",
            "town": "London", "country": "GB", "phones": ["+44 20 7946 0123"],
        },
    ),
    Sample(
        "American signature",
        "US",
        """Robert J. Miller, PhD
Vice President, Engineering
Blue Ridge Systems, Inc.
1200 Oak Avenue, Suite 300
Springfield, IL 62701
Phone: (217) 555-0123 ext. 45
Cell: 217-555-0188
rmiller@blueridgesystems.com | www.blueridgesystems.com""",
        {
            "organisation": "Blue Ridge Systems, Inc.", "title": "PhD", "first_name": "Robert J.",
            "last_name": "Miller", "salutation": "mr", "job_title": "Vice President", "street": "Oak Avenue",
            "house_number": "1200", "supplement": "Suite 300", "postcode": "62701", "town": "Springfield",
            "region": "IL", "country": "US", "phones": ["(217) 555-0123 ext. 45"], "mobiles": ["217-555-0188"],
            "emails": ["rmiller@blueridgesystems.com"], "webs": ["www.blueridgesystems.com"],
        },
        ["Engineering"],
    ),
    Sample(
        "American person without labels",
        "US",
        """Linda Brown
742 Maple Drive
Portland, OR 97201-1234
(503) 555-0142
linda.brown@gmail.com""",
        {
            "first_name": "Linda", "last_name": "Brown", "street": "Maple Drive", "house_number": "742",
            "postcode": "97201-1234", "town": "Portland", "region": "OR", "country": "US",
            "phones": ["(503) 555-0142"], "emails": ["linda.brown@gmail.com"],
        },
    ),
    Sample(
        "American company seen from Portugal",
        "PT",
        """Harbor Freight Consulting LLC
55 Water Street, 4th Floor
New York, NY 10041
USA
+1 212 555 0123
contact@harborconsulting.com""",
        {
            "organisation": "Harbor Freight Consulting LLC", "street": "Water Street", "house_number": "55",
            "supplement": "4th Floor", "postcode": "10041", "town": "New York", "region": "NY", "country": "US",
            "phones": ["+1 212 555 0123"], "emails": ["contact@harborconsulting.com"],
        },
    ),
    Sample(
        "Dutch and long disclaimer",
        "DE",
        """Pieter de Vries
Tulip Trading B.V.
Keizersgracht 100
1015 CV Amsterdam
The Netherlands
Diese E-Mail ist vertraulich und nur für den genannten Empfänger bestimmt, auch wenn sie falsch zugestellt wurde.""",
        {
            "organisation": "Tulip Trading B.V.", "first_name": "Pieter", "last_name": "de Vries",
            "street": "Keizersgracht", "house_number": "100", "postcode": "1015 CV", "town": "Amsterdam",
            "country": "NL",
        },
        ["vertraulich"],
    ),
    Sample(
        "national road",
        "PT",
        """Maria João Ferreira
Departamento Financeiro

Adega do Vale, S.A.
Estrada Nacional 10, km 5
7000-171 Évora

T. +351 266 555 012 | F. +351 266 555 013
financeiro@adegadovale.pt""",
        {
            "organisation": "Adega do Vale, S.A.", "salutation": "ms", "first_name": "Maria João",
            "last_name": "Ferreira", "job_title": "Departamento Financeiro", "street": "Estrada Nacional",
            "house_number": "10", "supplement": "km 5", "postcode": "7000-171", "town": "Évora", "country": "PT",
            "phones": ["+351 266 555 012"], "faxes": ["+351 266 555 013"], "emails": ["financeiro@adegadovale.pt"],
        },
    ),
    Sample(
        "industrial zone",
        "PT",
        """Rui Pinto
Sócio-Gerente
Oficina Pinto Unipessoal Lda
Zona Industrial, Lote 14
3800-055 Aveiro
Tlm: +351 96 555 0123
Contribuinte n.º 501964843""",
        {
            "organisation": "Oficina Pinto Unipessoal Lda", "salutation": "mr", "first_name": "Rui",
            "last_name": "Pinto", "job_title": "Sócio-Gerente", "street": "Zona Industrial",
            "supplement": "Lote 14", "postcode": "3800-055", "town": "Aveiro", "country": "PT",
            "vat_number": "PT501964843", "mobiles": ["+351 96 555 0123"],
        },
    ),
    Sample(
        "clinic in two supplements",
        "GB",
        """Dr Fiona MacLeod MBE
Consultant Surgeon
Riverside Clinic
Unit 5, Quay House
27 Dock Road
Bristol BS1 5TY
United Kingdom
tel 0117 496 0123 / mob 07700 900456
fiona.macleod@riversideclinic.org.uk""",
        {
            "organisation": "Riverside Clinic", "title": "Dr MBE", "first_name": "Fiona", "last_name": "MacLeod",
            "job_title": "Consultant Surgeon", "street": "Dock Road", "house_number": "27",
            "supplement": "Unit 5, Quay House", "postcode": "BS1 5TY", "town": "Bristol", "country": "GB",
            "phones": ["0117 496 0123"], "mobiles": ["07700 900456"],
            "emails": ["fiona.macleod@riversideclinic.org.uk"],
        },
    ),
    Sample(
        "PO box and letters as labels",
        "US",
        """Jennifer Lopez-Garcia
Account Manager
Sunrise Software Corp.
P.O. Box 4410
Austin, TX 78765
o: 512.555.0170
m: 512.555.0171
e: jlg@sunrisesoft.com""",
        {
            "organisation": "Sunrise Software Corp.", "salutation": "ms", "first_name": "Jennifer",
            "last_name": "Lopez-Garcia", "job_title": "Account Manager", "po_box": "P.O. Box 4410",
            "postcode": "78765", "town": "Austin", "region": "TX", "country": "US", "phones": ["512.555.0170"],
            "mobiles": ["512.555.0171"], "emails": ["jlg@sunrisesoft.com"],
        },
    ),
    Sample(
        "bakery in one line",
        "US",
        """The Corner Bakery
1 Main St, Suite B, Boston, MA 02108
617-555-0100
hello@cornerbakeryboston.com""",
        {
            "organisation": "The Corner Bakery", "street": "Main St", "house_number": "1", "supplement": "Suite B",
            "postcode": "02108", "town": "Boston", "region": "MA", "country": "US", "phones": ["617-555-0100"],
            "emails": ["hello@cornerbakeryboston.com"],
        },
    ),
    Sample(
        "Brazilian",
        "BR",
        """Carlos Eduardo Souza
Gerente de Vendas
Souza Comércio Ltda
Rua Augusta, 1500 - Sala 12
São Paulo - SP, 01304-001
+55 11 95555-0123""",
        {
            "organisation": "Souza Comércio Ltda", "salutation": "mr", "first_name": "Carlos Eduardo",
            "last_name": "Souza", "job_title": "Gerente de Vendas", "street": "Rua Augusta", "house_number": "1500",
            "supplement": "Sala 12", "postcode": "01304-001", "town": "São Paulo", "region": "SP", "country": "BR",
            "mobiles": ["+55 11 95555-0123"],
        },
    ),
]
