//! Cells in, rows out: the header says which column is which, and each row below it is read by that.

use crate::cell::{Cell, trim};
use crate::columns::{Field, Use};
use crate::fault::{Code, Fault, FileCode, FileFault, Warning, WarningCode, letters, shown};
use crate::limits::{COLUMNS, LAST_ROW, ROWS};
use crate::options::{Kind, Options};
use crate::row::{Balance, Completion, Content, Format, Found, Row, Summary};
use crate::values::{date, money, number, text};

/// Where rows go.
pub(crate) type Sink<'s> = dyn FnMut(Row) + 's;

/// A column that is used.
struct Column {
    field: Field,
    index: usize,
    header: String,
}

/// What the header said.
struct Header {
    columns: Vec<Column>,
    /// For each column of the file its place in `columns`.
    places: Vec<Option<usize>>,
    warnings: Vec<Warning>,
}

pub(crate) struct Table {
    options: Options,
    format: Format,
    header: Option<Header>,
    /// The header's cells; later those of the columns that are used.
    cells: Vec<Cell>,
    /// The first cell beyond the header.
    beyond: Option<(usize, Cell)>,
    /// Whether the row has anything.
    filled: bool,
    rows: u32,
    faulty: u32,
}

impl Table {
    pub(crate) const fn new(options: Options, format: Format) -> Self {
        Self {
            options,
            format,
            header: None,
            cells: Vec::new(),
            beyond: None,
            filled: false,
            rows: 0,
            faulty: 0,
        }
    }

    /// The next cell of a row.
    pub(crate) fn cell(&mut self, row: u32, index: usize, cell: Cell) -> Result<(), FileFault> {
        if cell.is_empty() {
            return Ok(());
        }
        if index >= COLUMNS {
            return Err(FileFault::new(FileCode::TooManyColumns).at(row).in_column(index));
        }
        self.filled = true;
        let place = match &self.header {
            None => Some(index),
            Some(header) => header.places.get(index).copied().unwrap_or_else(|| {
                // In a CSV file that is mostly an amount with a comma; in a workbook it is a note in the margin.
                if self.format == Format::Csv && self.beyond.is_none() {
                    self.beyond = Some((index, cell.clone()));
                }
                None
            }),
        };
        if let Some(place) = place {
            if self.cells.len() <= place {
                self.cells.resize(place.saturating_add(1), Cell::Empty);
            }
            if let Some(kept) = self.cells.get_mut(place) {
                *kept = cell;
            }
        }
        Ok(())
    }

    /// The row is complete.
    pub(crate) fn end_row(&mut self, row: u32, sink: &mut Sink<'_>) -> Result<(), FileFault> {
        if row > LAST_ROW {
            return Err(FileFault::new(FileCode::TooManyRows).at(row));
        }
        if !std::mem::take(&mut self.filled) {
            return Ok(());
        }
        let Some(header) = &self.header else {
            let names: Vec<String> = self.cells.drain(..).map(|cell| cell.shown()).collect();
            self.header = Some(Header::read(&names, self.options.kind).map_err(|fault| fault.at(row))?);
            return Ok(());
        };
        if self.rows >= ROWS {
            return Err(FileFault::new(FileCode::TooManyRows).at(row));
        }
        self.rows = self.rows.saturating_add(1);
        let mut read = Reading { number: row, header, cells: &self.cells, faults: Vec::new() };
        let content = match self.options.kind {
            Kind::Completions { reference, amount } => {
                Content::Completion(read.completion(self.options, reference, amount))
            }
            Kind::Balances => Content::Balance(read.balance(self.options)),
        };
        if let Some((index, cell)) = self.beyond.take() {
            read.faults.push(Fault {
                row,
                column: Some(letters(index)),
                header: None,
                value: shown(&cell.shown()),
                code: Code::CellWithoutColumn,
            });
        }
        let content = if read.faults.is_empty() {
            content
        } else {
            self.faulty = self.faulty.saturating_add(1);
            Content::Faults(read.faults)
        };
        self.cells.clear();
        sink(Row { number: row, content });
        Ok(())
    }

    /// The file is complete.
    pub(crate) fn finish(self, sheet: Option<String>) -> Result<Summary, FileFault> {
        let Some(header) = self.header else { return Err(FileCode::HeaderMissing.into()) };
        let found = |column: &Column| Found {
            field: column.field.name().to_owned(),
            column: letters(column.index),
            header: column.header.clone(),
        };
        Ok(Summary {
            format: self.format,
            rows: self.rows,
            faulty: self.faulty,
            columns: header.columns.iter().map(found).collect(),
            warnings: header.warnings,
            sheet,
        })
    }
}

impl Header {
    fn read(names: &[String], kind: Kind) -> Result<Self, FileFault> {
        let mut header = Self { columns: Vec::new(), places: Vec::new(), warnings: Vec::new() };
        for (index, name) in names.iter().enumerate() {
            let known = Field::named(kind, name);
            let used = known.filter(|field| field.used(kind) != Use::Unused);
            let shown = shown(trim(name));
            if let Some(field) = used {
                if header.columns.iter().any(|column| column.field == field) {
                    let fault = FileFault::new(FileCode::ColumnDoubled).in_column(index);
                    return Err(fault.about(format!("{} ({shown})", field.name())));
                }
                header.places.push(Some(header.columns.len()));
                header.columns.push(Column { field, index, header: shown });
                continue;
            }
            header.places.push(None);
            if !shown.is_empty() {
                let code =
                    if known.is_some() { WarningCode::ColumnNotUsed } else { WarningCode::ColumnUnknown };
                header.warnings.push(Warning { column: letters(index), header: shown, code });
            }
        }
        if header.columns.is_empty() {
            let first = names.iter().find(|name| !name.is_empty()).map(String::as_str).unwrap_or_default();
            return Err(FileFault::new(FileCode::HeaderMissing).about(first));
        }
        let has = |field: Field| header.columns.iter().any(|column| column.field == field);
        let mut missing: Vec<_> = Field::known(kind)
            .iter()
            .filter(|field| field.used(kind) == Use::Needed && !has(**field))
            .map(|field| field.name())
            .collect();
        if !has(Field::Email) && !has(Field::CustomerId) {
            missing.insert(0, "email / customer_id");
        }
        if missing.is_empty() {
            Ok(header)
        } else {
            Err(FileFault::new(FileCode::ColumnMissing).about(missing.join(", ")))
        }
    }
}

/// A row while it is read.
struct Reading<'r> {
    number: u32,
    header: &'r Header,
    cells: &'r [Cell],
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn completion(&mut self, options: Options, reference: bool, amount: bool) -> Completion {
        let (email, customer_id) = self.person();
        let money = |cell: &Cell| match money::read(cell, options.currency) {
            Ok(0) => Err(Code::AmountZero),
            other => other,
        };
        Completion {
            email,
            customer_id,
            reference: self.value(Field::Reference, reference.then_some(Code::ReferenceMissing), |cell| {
                text::id(cell, Code::ReferenceInvalid)
            }),
            amount: self.value(Field::Amount, amount.then_some(Code::AmountMissing), money),
            order_id: self.value(Field::OrderId, None, |cell| text::id(cell, Code::OrderIdInvalid)),
        }
    }

    fn balance(&mut self, options: Options) -> Balance {
        let (email, customer_id) = self.person();
        let day = |cell: &Cell| date::read(cell, options.date_order());
        Balance {
            email,
            customer_id,
            points: self.value(Field::Points, Some(Code::PointsMissing), points).unwrap_or_default(),
            last_day: self.value(Field::LastDay, None, day),
            spent: self.value(Field::Spent, None, |cell| money::read(cell, options.currency)),
            registered_at: self.value(Field::RegisteredAt, None, day),
            birthday: self.value(Field::Birthday, None, day),
            name: self.value(Field::Name, None, text::name),
        }
    }

    /// Who it is about. An address that is wrong names somebody too, only nobody knows whom: one fault is enough.
    fn person(&mut self) -> (Option<String>, Option<String>) {
        let email = self.value(Field::Email, None, text::email);
        let customer_id = self.value(Field::CustomerId, None, |cell| text::id(cell, Code::CustomerIdInvalid));
        if email.is_none() && customer_id.is_none() && self.faults.is_empty() {
            self.fault(None, String::new(), Code::PersonMissing);
        }
        (email, customer_id)
    }

    /// The value of a column, if it has one; what is wrong with it is noted. `missing` if each row needs it.
    fn value<T>(
        &mut self,
        field: Field,
        missing: Option<Code>,
        read: impl FnOnce(&Cell) -> Result<T, Code>,
    ) -> Option<T> {
        let header = self.header;
        let (place, column) = header.columns.iter().enumerate().find(|(_, column)| column.field == field)?;
        let cells = self.cells;
        let cell = cells.get(place).unwrap_or(&Cell::Empty);
        let read = match cell {
            Cell::Empty => missing.map_or(Ok(None), Err),
            Cell::Error(_) => Err(Code::CellError),
            Cell::NotComputed => Err(Code::FormulaNotComputed),
            cell => read(cell).map(Some),
        };
        read.unwrap_or_else(|code| {
            self.fault(Some(column), cell.shown(), code);
            None
        })
    }

    fn fault(&mut self, column: Option<&Column>, value: String, code: Code) {
        self.faults.push(Fault {
            row: self.number,
            column: column.map(|column| letters(column.index)),
            header: column.map(|column| column.header.clone()),
            value: shown(&value),
            code,
        });
    }
}

/// Points: whole, not negative.
fn points(cell: &Cell) -> Result<i64, Code> {
    let decimal = match cell {
        Cell::Number { text, .. } => number::Decimal::of_plain(text).ok_or(Code::PointsInvalid)?,
        Cell::Text(text) => number::Decimal::of_written(trim(text)).map_err(|why| match why {
            number::NotANumber::Invalid => Code::PointsInvalid,
            number::NotANumber::Ambiguous => Code::PointsAmbiguous,
        })?,
        _ => return Err(Code::PointsInvalid),
    };
    let points = decimal.whole(0).map_err(|why| match why {
        number::NotWhole::TooPrecise => Code::PointsNotWhole,
        number::NotWhole::TooLarge => Code::PointsTooLarge,
    })?;
    if decimal.negative && points != 0 { Err(Code::PointsNegative) } else { Ok(points) }
}
