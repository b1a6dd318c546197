//! What to write into each column, in five languages.

use crate::columns::Field;
use crate::options::Language;

/// Names of the sheet to fill and of the one that explains it.
#[cfg(feature = "templates")]
pub(super) const fn sheets(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::English => ("Import", "Help"),
        Language::Spanish => ("Importar", "Ayuda"),
        Language::French => ("Import", "Aide"),
        Language::Portuguese => ("Importar", "Ajuda"),
        Language::Romanian => ("Import", "Ajutor"),
    }
}

/// What to write into a column.
pub(super) const fn of(field: Field, language: Language) -> &'static str {
    match language {
        Language::English => english(field),
        Language::Spanish => spanish(field),
        Language::French => french(field),
        Language::Portuguese => portuguese(field),
        Language::Romanian => romanian(field),
    }
}

const fn english(field: Field) -> &'static str {
    match field {
        Field::Email => "The shopper's e-mail address. Each row needs this or the customer ID.",
        Field::CustomerId => "The customer's ID in your shop. Each row needs this or the e-mail.",
        Field::Reference => {
            "What tells this completion from others of the same shopper, such as the number of a review. Needed if the mission can be done more than once; the same reference never counts twice."
        }
        Field::Amount => {
            "The amount the points are granted for, in your shop's currency: 12.50. More than zero."
        }
        Field::OrderId => "The number of the order it belongs to. May be left empty.",
        Field::Points => "The points the shopper has: a whole number, such as 1200. Needed in each row.",
        Field::LastDay => {
            "The last day on which the points can be used: 2026-12-31. Empty if your program's rules should decide."
        }
        Field::Spent => {
            "What the shopper has spent so far, in your shop's currency: 1250.00. May be left empty."
        }
        Field::RegisteredAt => "The day on which the customer registered: 2024-05-17. May be left empty.",
        Field::Birthday => "The customer's birthday, with its year: 1990-05-17. May be left empty.",
        Field::Name => "The customer's name. May be left empty.",
    }
}

const fn spanish(field: Field) -> &'static str {
    match field {
        Field::Email => {
            "El correo electrónico del comprador. Cada fila necesita este dato o el ID de cliente."
        }
        Field::CustomerId => {
            "El ID del cliente en tu tienda. Cada fila necesita este dato o el correo electrónico."
        }
        Field::Reference => {
            "Lo que distingue esta vez de otras del mismo comprador, como el número de una reseña. Obligatoria si la misión puede hacerse más de una vez; la misma referencia nunca cuenta dos veces."
        }
        Field::Amount => {
            "El importe por el que se dan los puntos, en la moneda de tu tienda: 12,50. Mayor que cero."
        }
        Field::OrderId => "El número del pedido al que pertenece. Puede quedar vacío.",
        Field::Points => {
            "Los puntos que tiene el comprador: un número entero, como 1200. Obligatorio en cada fila."
        }
        Field::LastDay => {
            "El último día en que se pueden usar los puntos: 2026-12-31. Vacío si deben decidir las reglas de tu programa."
        }
        Field::Spent => {
            "Lo que el comprador ha gastado hasta ahora, en la moneda de tu tienda: 1250,00. Puede quedar vacío."
        }
        Field::RegisteredAt => "El día en que se registró el cliente: 2024-05-17. Puede quedar vacío.",
        Field::Birthday => "La fecha de nacimiento del cliente, con su año: 1990-05-17. Puede quedar vacía.",
        Field::Name => "El nombre del cliente. Puede quedar vacío.",
    }
}

const fn french(field: Field) -> &'static str {
    match field {
        Field::Email => {
            "L’adresse e-mail du client. Chaque ligne a besoin d’elle ou de l’identifiant client."
        }
        Field::CustomerId => {
            "L’identifiant du client dans votre boutique. Chaque ligne a besoin de lui ou de l’adresse e-mail."
        }
        Field::Reference => {
            "Ce qui distingue cette fois des autres du même client, comme le numéro d’un avis. Obligatoire si la mission peut être accomplie plusieurs fois ; une même référence ne compte jamais deux fois."
        }
        Field::Amount => {
            "Le montant pour lequel les points sont accordés, dans la devise de votre boutique : 12,50. Supérieur à zéro."
        }
        Field::OrderId => "Le numéro de la commande concernée. Peut rester vide.",
        Field::Points => "Les points du client : un nombre entier, comme 1200. Obligatoire sur chaque ligne.",
        Field::LastDay => {
            "Le dernier jour où les points peuvent être utilisés : 2026-12-31. Vide si les règles de votre programme doivent décider."
        }
        Field::Spent => {
            "Ce que le client a dépensé jusqu’ici, dans la devise de votre boutique : 1250,00. Peut rester vide."
        }
        Field::RegisteredAt => "Le jour de l’inscription du client : 2024-05-17. Peut rester vide.",
        Field::Birthday => "La date de naissance du client, avec l’année : 1990-05-17. Peut rester vide.",
        Field::Name => "Le nom du client. Peut rester vide.",
    }
}

const fn portuguese(field: Field) -> &'static str {
    match field {
        Field::Email => "O e-mail do consumidor. Cada linha precisa dele ou do ID do cliente.",
        Field::CustomerId => "O ID do cliente na sua loja. Cada linha precisa dele ou do e-mail.",
        Field::Reference => {
            "O que distingue esta vez de outras do mesmo consumidor, como o número de uma avaliação. Obrigatória se a missão puder ser cumprida mais de uma vez; a mesma referência nunca conta duas vezes."
        }
        Field::Amount => {
            "O valor pelo qual os pontos são concedidos, na moeda da sua loja: 12,50. Maior que zero."
        }
        Field::OrderId => "O número do pedido correspondente. Pode ficar vazio.",
        Field::Points => {
            "Os pontos que o consumidor tem: um número inteiro, como 1200. Obrigatório em cada linha."
        }
        Field::LastDay => {
            "O último dia em que os pontos podem ser usados: 2026-12-31. Vazio se as regras do seu programa devem decidir."
        }
        Field::Spent => {
            "Quanto o consumidor gastou até agora, na moeda da sua loja: 1250,00. Pode ficar vazio."
        }
        Field::RegisteredAt => "O dia em que o cliente se cadastrou: 2024-05-17. Pode ficar vazio.",
        Field::Birthday => "A data de nascimento do cliente, com o ano: 1990-05-17. Pode ficar vazia.",
        Field::Name => "O nome do cliente. Pode ficar vazio.",
    }
}

const fn romanian(field: Field) -> &'static str {
    match field {
        Field::Email => {
            "Adresa de e-mail a cumpărătorului. Fiecare rând are nevoie de ea sau de ID-ul clientului."
        }
        Field::CustomerId => {
            "ID-ul clientului în magazinul dvs. Fiecare rând are nevoie de el sau de adresa de e-mail."
        }
        Field::Reference => {
            "Ce deosebește această dată de altele ale aceluiași cumpărător, de exemplu numărul unei recenzii. Obligatorie dacă misiunea poate fi îndeplinită de mai multe ori; aceeași referință nu se numără niciodată de două ori."
        }
        Field::Amount => {
            "Suma pentru care se acordă punctele, în moneda magazinului: 12,50. Mai mare decât zero."
        }
        Field::OrderId => "Numărul comenzii de care ține. Poate rămâne gol.",
        Field::Points => {
            "Punctele cumpărătorului: un număr întreg, de exemplu 1200. Obligatoriu pe fiecare rând."
        }
        Field::LastDay => {
            "Ultima zi în care punctele pot fi folosite: 2026-12-31. Gol dacă trebuie să decidă regulile programului."
        }
        Field::Spent => {
            "Cât a cheltuit cumpărătorul până acum, în moneda magazinului: 1250,00. Poate rămâne gol."
        }
        Field::RegisteredAt => "Ziua în care s-a înregistrat clientul: 2024-05-17. Poate rămâne gol.",
        Field::Birthday => "Data nașterii clientului, cu an: 1990-05-17. Poate rămâne gol.",
        Field::Name => "Numele clientului. Poate rămâne gol.",
    }
}
