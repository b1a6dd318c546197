//! Columns and their names in five languages.

use crate::options::{Kind, Language};

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    Email,
    CustomerId,
    Reference,
    Amount,
    OrderId,
    Points,
    LastDay,
    Spent,
    RegisteredAt,
    Birthday,
    Name,
}

/// Whether an import of a kind uses a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The file is refused without it.
    Needed,
    /// It may be there.
    Optional,
    /// It is left out, with a word about it.
    Unused,
}

impl Field {
    const COMPLETIONS: &'static [Self] =
        &[Self::Email, Self::CustomerId, Self::Reference, Self::Amount, Self::OrderId];
    const BALANCES: &'static [Self] = &[
        Self::Email,
        Self::CustomerId,
        Self::Points,
        Self::LastDay,
        Self::Spent,
        Self::RegisteredAt,
        Self::Birthday,
        Self::Name,
    ];

    /// Those that an import of a kind knows, in the order of its template.
    pub(crate) const fn known(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Completions { .. } => Self::COMPLETIONS,
            Kind::Balances => Self::BALANCES,
        }
    }

    /// What an import of a kind does with it.
    pub(crate) const fn used(self, kind: Kind) -> Use {
        match (self, kind) {
            (Self::Reference, Kind::Completions { reference: true, .. })
            | (Self::Amount, Kind::Completions { amount: true, .. })
            | (Self::Points, Kind::Balances) => Use::Needed,
            (Self::Amount, Kind::Completions { amount: false, .. }) => Use::Unused,
            _ => Use::Optional,
        }
    }

    /// Our name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::CustomerId => "customer_id",
            Self::Reference => "reference",
            Self::Amount => "amount",
            Self::OrderId => "order_id",
            Self::Points => "points",
            Self::LastDay => "last_day",
            Self::Spent => "spent",
            Self::RegisteredAt => "registered_at",
            Self::Birthday => "birthday",
            Self::Name => "name",
        }
    }

    /// The name in a template.
    pub(crate) const fn title(self, language: Language) -> &'static str {
        use Language::{English, French, Portuguese, Romanian, Spanish};
        match (self, language) {
            (Self::Email, English) => "Email",
            (Self::Email, Spanish) => "Correo electrónico",
            (Self::Email, French) => "Adresse e-mail",
            (Self::Email, Portuguese) => "E-mail",
            (Self::Email, Romanian) => "Adresă de e-mail",
            (Self::CustomerId, English) => "Customer ID",
            (Self::CustomerId, Spanish) => "ID de cliente",
            (Self::CustomerId, French) => "Identifiant client",
            (Self::CustomerId, Portuguese) => "ID do cliente",
            (Self::CustomerId, Romanian) => "ID client",
            (Self::Reference, English) => "Reference",
            (Self::Reference, Spanish) => "Referencia",
            (Self::Reference, French) => "Référence",
            (Self::Reference, Portuguese) => "Referência",
            (Self::Reference, Romanian) => "Referință",
            (Self::Amount, English) => "Amount",
            (Self::Amount, Spanish) => "Importe",
            (Self::Amount, French) => "Montant",
            (Self::Amount, Portuguese) => "Valor",
            (Self::Amount, Romanian) => "Sumă",
            (Self::OrderId, English) => "Order ID",
            (Self::OrderId, Spanish) => "ID de pedido",
            (Self::OrderId, French) => "Identifiant de commande",
            (Self::OrderId, Portuguese) => "ID do pedido",
            (Self::OrderId, Romanian) => "ID comandă",
            (Self::Points, English | French) => "Points",
            (Self::Points, Spanish) => "Puntos",
            (Self::Points, Portuguese) => "Pontos",
            (Self::Points, Romanian) => "Puncte",
            (Self::LastDay, English) => "Last day",
            (Self::LastDay, Spanish) => "Último día",
            (Self::LastDay, French) => "Dernier jour",
            (Self::LastDay, Portuguese) => "Último dia",
            (Self::LastDay, Romanian) => "Ultima zi",
            (Self::Spent, English) => "Spent",
            (Self::Spent, Spanish) => "Total gastado",
            (Self::Spent, French) => "Total dépensé",
            (Self::Spent, Portuguese) => "Total gasto",
            (Self::Spent, Romanian) => "Total cheltuit",
            (Self::RegisteredAt, English) => "Registered at",
            (Self::RegisteredAt, Spanish) => "Fecha de registro",
            (Self::RegisteredAt, French) => "Date d’inscription",
            (Self::RegisteredAt, Portuguese) => "Data de cadastro",
            (Self::RegisteredAt, Romanian) => "Data înregistrării",
            (Self::Birthday, English) => "Birthday",
            (Self::Birthday, Spanish) => "Fecha de nacimiento",
            (Self::Birthday, French) => "Date de naissance",
            (Self::Birthday, Portuguese) => "Data de nascimento",
            (Self::Birthday, Romanian) => "Data nașterii",
            (Self::Name, English) => "Name",
            (Self::Name, Spanish) => "Nombre",
            (Self::Name, French) => "Nom",
            (Self::Name, Portuguese) => "Nome",
            (Self::Name, Romanian) => "Nume",
        }
    }

    /// Names that people give it, beside the titles and our own; as [`plain`] makes them.
    const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Email => &[
                "mail",
                "emailaddress",
                "customeremail",
                "useremail",
                "shopperemail",
                "emailofcustomer",
                "correo",
                "correoelectronicodelcliente",
                "correodelcliente",
                "direcciondecorreo",
                "direcciondecorreoelectronico",
                "emaildelcliente",
                "emailcliente",
                "direcciondeemail",
                "courriel",
                "adresseemail",
                "adressemail",
                "adresseelectronique",
                "adressecourriel",
                "emailduclient",
                "emailclient",
                "courrielduclient",
                "courrielclient",
                "mel",
                "emaildocliente",
                "correioeletronico",
                "correioelectronico",
                "enderecodeemail",
                "enderecoemail",
                "emaildoconsumidor",
                "adresademail",
                "adresaemail",
                "adresamail",
                "emailulclientului",
                "emailclientului",
                "postaelectronica",
            ],
            Self::CustomerId => &[
                "id",
                "customer",
                "customernumber",
                "customerno",
                "customercode",
                "clientid",
                "userid",
                "shopperid",
                "idcustomer",
                "cliente",
                "codigodecliente",
                "codigodelcliente",
                "codigocliente",
                "idcliente",
                "iddelcliente",
                "numerodecliente",
                "identificadordecliente",
                "client",
                "idclient",
                "idduclient",
                "codeclient",
                "numeroclient",
                "numerodeclient",
                "identifiantduclient",
                "identifiantclient",
                "codigodocliente",
                "numerodocliente",
                "clienteid",
                "iddoconsumidor",
                "idclientului",
                "idulclientului",
                "codclient",
                "codulclientului",
                "numarclient",
                "identificatorclient",
            ],
            Self::Reference => &[
                "ref",
                "referenceid",
                "referencia",
                "referenciaunica",
                "referinta",
                "completionreference",
                "externalreference",
                "transactionid",
                "comprobante",
                "comprovante",
                "idtransaccion",
                "idtransaction",
                "idtransacao",
                "idtranzactie",
            ],
            Self::Amount => &[
                "sum",
                "donation",
                "amountpaid",
                "paidamount",
                "donationamount",
                "monto",
                "importepagado",
                "cantidad",
                "donacion",
                "valordonado",
                "somme",
                "montantpaye",
                "don",
                "valorpago",
                "quantia",
                "montante",
                "doacao",
                "valordadoacao",
                "suma",
                "sumaplatita",
                "valoare",
                "donatie",
            ],
            Self::OrderId => &[
                "order",
                "ordernumber",
                "orderno",
                "ordername",
                "pedido",
                "numerodepedido",
                "numerodelpedido",
                "idpedido",
                "iddelpedido",
                "codigodepedido",
                "orden",
                "numerodeorden",
                "idorden",
                "commande",
                "numerodecommande",
                "idcommande",
                "numerocommande",
                "idcommande",
                "iddecommande",
                "numerodopedido",
                "codigodopedido",
                "pedidoid",
                "comanda",
                "numarcomanda",
                "numarulcomenzii",
                "idcomanda",
                "nrcomanda",
            ],
            Self::Points => &[
                "point",
                "pointsbalance",
                "pointbalance",
                "balance",
                "currentpoints",
                "loyaltypoints",
                "availablepoints",
                "saldo",
                "saldodepuntos",
                "puntosdisponibles",
                "puntosacumulados",
                "soldedepoints",
                "solde",
                "pointsdisponibles",
                "pointsfidelite",
                "saldodepontos",
                "pontosdisponiveis",
                "pontosacumulados",
                "sold",
                "soldpuncte",
                "solddepuncte",
                "punctedisponibile",
                "punctefidelitate",
                "puntos",
                "pontos",
                "puncte",
            ],
            Self::LastDay => &[
                "expires",
                "expiry",
                "expiration",
                "expirydate",
                "expirationdate",
                "expiresat",
                "expireson",
                "validuntil",
                "validto",
                "vencimiento",
                "fechadevencimiento",
                "caducidad",
                "fechadecaducidad",
                "validohasta",
                "expiracion",
                "fechadeexpiracion",
                "expiration",
                "dateexpiration",
                "datedexpiration",
                "valablejusquau",
                "datedevalidite",
                "echeance",
                "vencimento",
                "datadevencimento",
                "validade",
                "datadevalidade",
                "validoate",
                "datadeexpiracao",
                "expira",
                "dataexpirarii",
                "dataexpirare",
                "datadeexpirare",
                "valabilpanala",
                "valabilitate",
                "expirare",
            ],
            Self::Spent => &[
                "totalspent",
                "amountspent",
                "moneyspent",
                "lifetimespend",
                "lifetimevalue",
                "totalspend",
                "spend",
                "gastado",
                "gastototal",
                "totalcompras",
                "totaldecompras",
                "importegastado",
                "depense",
                "montantdepense",
                "totaldesachats",
                "totalachats",
                "gasto",
                "valorgasto",
                "totalgastopelocliente",
                "cheltuit",
                "sumacheltuita",
                "totalcumparaturi",
                "totalachizitii",
            ],
            Self::RegisteredAt => &[
                "registered",
                "registrationdate",
                "dateregistered",
                "createdat",
                "created",
                "datecreated",
                "signupdate",
                "membersince",
                "joined",
                "joinedat",
                "customersince",
                "fechaderegistro",
                "registrado",
                "fechadealta",
                "clientedesde",
                "miembrodesde",
                "fechadecreacion",
                "datedinscription",
                "dateinscription",
                "inscritle",
                "clientdepuis",
                "membredepuis",
                "datedecreation",
                "datadecadastro",
                "datadocadastro",
                "cadastradoem",
                "clientedesde",
                "membrodesde",
                "datadecriacao",
                "datadeinscricao",
                "datainregistrarii",
                "datainregistrare",
                "inregistratla",
                "clientdin",
                "membrudin",
                "datacrearii",
            ],
            Self::Birthday => &[
                "birthdate",
                "dateofbirth",
                "dob",
                "born",
                "cumpleanos",
                "fechadecumpleanos",
                "nacimiento",
                "fechanacimiento",
                "anniversaire",
                "datedanniversaire",
                "naissance",
                "datenaissance",
                "aniversario",
                "datadeaniversario",
                "nascimento",
                "datanascimento",
                "datanasterii",
                "zidenastere",
                "ziuadenastere",
                "datadenastere",
                "aniversare",
            ],
            Self::Name => &[
                "customername",
                "fullname",
                "nombrecompleto",
                "nombredelcliente",
                "nombrecliente",
                "nomcomplet",
                "nomduclient",
                "nomclient",
                "nometprenom",
                "prenometnom",
                "nomecompleto",
                "nomedocliente",
                "nomecliente",
                "numecomplet",
                "numeclient",
                "numeleclientului",
                "numesiprenume",
            ],
        }
    }

    /// The column of a name, among those that a kind of import knows.
    pub(crate) fn named(kind: Kind, name: &str) -> Option<Self> {
        let wanted = plain(name);
        let is = |field: &Self| {
            plain(field.name()) == wanted
                || field.synonyms().contains(&wanted.as_str())
                || Language::ALL.into_iter().any(|language| plain(field.title(language)) == wanted)
        };
        (!wanted.is_empty()).then(|| Self::known(kind).iter().copied().find(is)).flatten()
    }
}

/// A name without case, accents, spaces and signs; what stands in brackets at its end (`Amount (RON)`) is left
/// out.
pub(crate) fn plain(name: &str) -> String {
    let ends = name.trim_end().ends_with([')', ']']);
    let start = name.find(['(', '[']).filter(|start| ends && *start > 0);
    let name = start.and_then(|start| name.get(..start)).unwrap_or(name);
    let mut plain = String::with_capacity(name.len());
    for c in name.chars().take(100).flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ā' | 'ą' => plain.push('a'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' => plain.push('i'),
            'ñ' | 'ń' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => plain.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            'ş' | 'ș' | 'š' => plain.push('s'),
            'ţ' | 'ț' => plain.push('t'),
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            // An accent that stands by itself after its letter.
            '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() => plain.push(c),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const ALL: Kind = Kind::Completions { reference: true, amount: true };

    // S0.3: the columns of a file are found by their names, in the merchant's language.
    #[test]
    fn columns_are_found_by_name() {
        let cases = [
            ("e-mail", Field::Email),
            ("E MAIL", Field::Email),
            ("Correo electrónico", Field::Email),
            ("correo_electronico", Field::Email),
            ("Courriel", Field::Email),
            ("email do cliente", Field::Email),
            ("Adresă de e-mail", Field::Email),
            ("ADRESA DE EMAIL", Field::Email),
            ("adresa\u{306} de e-mail", Field::Email),
            ("\u{feff}Email *", Field::Email),
            ("customer_id", Field::CustomerId),
            ("Código do Cliente", Field::CustomerId),
            ("Número de pedido", Field::OrderId),
            ("Référence", Field::Reference),
            ("Amount (RON)", Field::Amount),
            ("Importe [EUR]", Field::Amount),
            ("Sumă", Field::Amount),
            ("Nr. comandă", Field::OrderId),
        ];
        for (name, expect) in cases {
            assert_eq!(Field::named(ALL, name), Some(expect), "{name}");
        }
        for name in ["", " ", "()", "note", "points"] {
            assert_eq!(Field::named(ALL, name), None, "{name}");
        }
        assert_eq!(Field::named(Kind::Balances, "Puncte"), Some(Field::Points));
        assert_eq!(Field::named(Kind::Balances, "Último dia"), Some(Field::LastDay));
    }

    #[test]
    fn no_name_means_two_things() {
        for kind in [ALL, Kind::Balances] {
            let mut names = BTreeMap::new();
            for field in Field::known(kind) {
                let titles = Language::ALL.map(|language| field.title(language)).into_iter();
                for name in field.synonyms().iter().copied().chain([field.name()]).chain(titles) {
                    let before = names.insert(plain(name), *field);
                    assert!(before.is_none_or(|before| before == *field), "{name}: {before:?} and {field:?}");
                    assert_eq!(Field::named(kind, name), Some(*field), "{name}");
                }
                for synonym in field.synonyms() {
                    assert_eq!(&plain(synonym), synonym, "as `plain` makes it");
                }
            }
        }
    }
}
