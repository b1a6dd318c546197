//! Takes out of a program what only its panics reach.
//!
//! A panic here ends in a trap, and what it would say goes to a standard error that a browser does not have. The
//! linker cannot know: it keeps every text, every `Debug` and every table of methods that somebody who panics names.
//! Told `--emit-relocs`, it leaves in the program which of its numbers are addresses, and of what. With that it is
//! known exactly what is still named by code that can run.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use walrus::ir::{Instr, InstrLocId, InstrSeqId, Unreachable, Visitor, dfs_in_order};
use walrus::{
    Data, ElementItems, ExportItem, Function, FunctionBuilder, FunctionId, FunctionKind, LocalFunction,
    Module, ModuleConfig,
};
use wasmparser::{KnownCustom, Linking, Parser, Payload, RelocationType, SymbolInfo};

/// The program with a bare trap for every panic, and without what only they reach.
pub(crate) fn without_panics(wasm: &[u8]) -> Result<Vec<u8>> {
    let linked = Linked::read(wasm)?;
    let mut module = ModuleConfig::new().parse(wasm)?;
    let named = linked.named_by_code(&module)?;
    make_traps(&mut module);
    let live = Live::of(&module, &linked, &named);
    let nobody = FunctionBuilder::new(&mut module.types, &[], &[]).finish(Vec::new(), &mut module.funcs);
    make_trap(&mut module, nobody);
    for element in module.elements.iter_mut() {
        if let ElementItems::Functions(items) = &mut element.items {
            items.iter_mut().filter(|item| !live.functions.contains(item)).for_each(|item| *item = nobody);
        }
    }
    let segments: Vec<_> = module.data.iter().map(Data::id).collect();
    for (index, id) in segments.into_iter().enumerate() {
        let dead = linked.dead_bytes(index, &live.data);
        let bytes = &mut module.data.get_mut(id).value;
        for at in dead {
            *bytes.get_mut(at).context("a symbol is longer than its data")? = 0;
        }
    }
    for section in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(section);
    }
    Ok(module.emit_wasm())
}

/// What an address is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Target {
    /// A function, by its number in the program.
    Function(usize),
    /// Some data, by the number of its symbol.
    Data(usize),
}

/// A piece of data that the linker has a name for.
#[derive(Debug)]
struct Symbol {
    segment: usize,
    range: Range<usize>,
}

/// What the linker says about a program.
#[derive(Debug)]
struct Linked {
    /// The data, by the number of its symbol.
    symbols: HashMap<usize, Symbol>,
    /// Where in the file code holds an address, and of what.
    in_code: Vec<(usize, Target)>,
    /// What the data of a symbol names.
    in_data: HashMap<usize, Vec<Target>>,
    /// Places in source files, which only panics tell.
    places: HashSet<usize>,
}

impl Linked {
    fn read(wasm: &[u8]) -> Result<Self> {
        let (mut code, mut data) = (0, None);
        let (mut table, mut relocations) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::CodeSectionStart { range, .. } => code = range.start,
                Payload::DataSection(reader) => data = Some(reader),
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Linking(reader) => {
                        for part in reader.subsections() {
                            if let Linking::SymbolTable(symbols) = part? {
                                table = symbols.into_iter().collect::<Result<_, _>>()?;
                            }
                        }
                    }
                    KnownCustom::Reloc(reader) => relocations.push((section.name(), reader)),
                    _ => {}
                },
                _ => {}
            }
        }
        let data = data.context("a program without data")?;
        ensure!(relocations.len() == 2, "link it with `--emit-relocs`");
        let mut linked = Self {
            symbols: HashMap::new(),
            in_code: Vec::new(),
            in_data: HashMap::new(),
            places: HashSet::new(),
        };
        for (index, symbol) in table.iter().enumerate() {
            if let SymbolInfo::Data { symbol: Some(data), .. } = symbol {
                let range = data.offset as usize..data.offset as usize + data.size as usize;
                linked.symbols.insert(index, Symbol { segment: data.index as usize, range });
            }
        }
        // Where in the file each symbol's data is.
        let segments: Vec<_> = data.clone().into_iter().collect::<Result<_, _>>()?;
        let mut spans: Vec<_> = linked
            .symbols
            .iter()
            .filter_map(|(index, symbol)| {
                let segment = segments.get(symbol.segment)?;
                let start = segment.range.end - segment.data.len() + symbol.range.start;
                Some((start, start + symbol.range.len(), *index))
            })
            .collect();
        spans.sort_unstable();
        for (section, reader) in relocations {
            for entry in reader.entries() {
                let entry = entry?;
                let symbol = entry.index as usize;
                let target = match (entry.ty, table.get(symbol)) {
                    (
                        RelocationType::TableIndexSleb | RelocationType::TableIndexI32,
                        Some(SymbolInfo::Func { index, .. }),
                    ) => Target::Function(*index as usize),
                    (
                        RelocationType::MemoryAddrLeb
                        | RelocationType::MemoryAddrSleb
                        | RelocationType::MemoryAddrI32,
                        Some(SymbolInfo::Data { .. }),
                    ) => Target::Data(symbol),
                    (
                        RelocationType::FunctionIndexLeb
                        | RelocationType::TypeIndexLeb
                        | RelocationType::GlobalIndexLeb
                        | RelocationType::TableNumberLeb,
                        _,
                    ) => continue,
                    (other, _) => bail!("what is {other:?}?"),
                };
                let offset = entry.offset as usize;
                if section == "reloc.CODE" {
                    linked.in_code.push((code + offset, target));
                    continue;
                }
                let at = data.range().start + offset;
                // Symbols may share their bytes: each of them names it.
                for (start, end, holder) in &spans {
                    if (*start..*end).contains(&at) {
                        linked.in_data.entry(*holder).or_default().push(target);
                        if at == *start
                            && end - start == 16
                            && let Target::Data(text) = target
                            && let Some((from, to, _)) = spans.iter().find(|(_, _, index)| *index == text)
                            && wasm.get(*from..*to).is_some_and(is_source_file)
                        {
                            linked.places.insert(*holder);
                        }
                    }
                }
            }
        }
        Ok(linked)
    }

    /// What each instruction names, by the instruction's place.
    fn named_by_code(&self, module: &Module) -> Result<HashMap<u32, Vec<Target>>> {
        let mut all = Instructions::default();
        for (_, function) in module.funcs.iter_local() {
            dfs_in_order(&mut all, function, function.entry_block());
        }
        all.places.sort_unstable();
        let mut named: HashMap<_, Vec<_>> = HashMap::new();
        for (at, target) in &self.in_code {
            // The address is a part of the last instruction that starts before it.
            let next = all.places.partition_point(|place| (*place as usize) < *at);
            let place = next.checked_sub(1).and_then(|last| all.places.get(last));
            named.entry(*place.context("an address before all code")?).or_default().push(*target);
        }
        Ok(named)
    }

    /// The bytes of a segment that belong to symbols, and to none that is live.
    fn dead_bytes(&self, segment: usize, live: &HashSet<usize>) -> HashSet<usize> {
        let here = || self.symbols.iter().filter(|(_, symbol)| symbol.segment == segment);
        let bytes = |is_live: bool| {
            here()
                .filter(move |(index, _)| live.contains(index) == is_live)
                .flat_map(|(_, symbol)| symbol.range.clone())
                .collect::<HashSet<_>>()
        };
        &bytes(false) - &bytes(true)
    }
}

/// Whether it is the path of a source file, with the zero that may end it.
fn is_source_file(text: &[u8]) -> bool {
    let text = text.strip_suffix(&[0]).unwrap_or(text);
    text.ends_with(b".rs") && text.is_ascii()
}

/// Gathers where instructions are in the file, and which functions they name.
#[derive(Default)]
struct Instructions {
    places: Vec<u32>,
    functions: Vec<FunctionId>,
}

impl<'code> Visitor<'code> for Instructions {
    fn visit_instr(&mut self, _: &'code Instr, place: &'code InstrLocId) {
        if !place.is_default() {
            self.places.push(place.data());
        }
    }

    fn visit_function_id(&mut self, function: &FunctionId) {
        self.functions.push(*function);
    }
}

/// What can still be reached.
struct Live {
    /// Functions whose address somebody holds.
    functions: HashSet<FunctionId>,
    /// Symbols of data.
    data: HashSet<usize>,
}

impl Live {
    fn of(module: &Module, linked: &Linked, named: &HashMap<u32, Vec<Target>>) -> Self {
        // The order of their ids is the order in which the program counts them.
        let functions: Vec<_> = module.funcs.iter().map(Function::id).collect();
        let mut live = Self { functions: HashSet::new(), data: HashSet::new() };
        let mut walked = HashSet::new();
        let mut to_walk: Vec<_> = module
            .exports
            .iter()
            .filter_map(|export| if let ExportItem::Function(id) = export.item { Some(id) } else { None })
            .chain(module.start)
            .collect();
        while let Some(id) = to_walk.pop() {
            if !walked.insert(id) {
                continue;
            }
            let FunctionKind::Local(function) = &module.funcs.get(id).kind else { continue };
            let mut code = Instructions::default();
            dfs_in_order(&mut code, function, function.entry_block());
            to_walk.extend(code.functions);
            let mut targets: Vec<_> =
                code.places.iter().filter_map(|place| named.get(place)).flatten().copied().collect();
            while let Some(target) = targets.pop() {
                match target {
                    Target::Function(index) => {
                        if let Some(id) = functions.get(index) {
                            live.functions.insert(*id);
                            to_walk.push(*id);
                        }
                    }
                    Target::Data(symbol) => {
                        if !linked.places.contains(&symbol) && live.data.insert(symbol) {
                            targets.extend(linked.in_data.get(&symbol).into_iter().flatten());
                        }
                    }
                }
            }
        }
        live
    }
}

/// Makes every panic a bare trap, and with them whatever does nothing but come to one.
fn make_traps(module: &mut Module) {
    let mut traps: HashSet<_> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|id| module.funcs.get(*id).name.as_deref().is_some_and(is_panic))
        .collect();
    for id in &traps {
        make_trap(module, *id);
    }
    loop {
        let known = traps.len();
        let found: Vec<_> = module
            .funcs
            .iter_local_mut()
            .filter_map(|(id, function)| {
                let entry = function.entry_block();
                shorten_way_to_trap(function, entry, &traps).then_some(id)
            })
            .collect();
        traps.extend(found);
        if traps.len() == known {
            break;
        }
    }
}

/// Gives a function the body that traps.
fn make_trap(module: &mut Module, id: FunctionId) {
    let ty = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
    let arguments: Vec<_> = params.iter().map(|param| module.locals.add(*param)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    builder.func_body().unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
}

/// Whether it is one of the functions of Rust's own libraries that never return; by their mangled names.
fn is_panic(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "13expect_failed",
        "14handle_error",
        "14unwrap_failed",
        "13unwrap_failed",
        "16slice_index_fail",
        "16slice_error_fail",
        "18handle_alloc_error",
        "17capacity_overflow",
    ];
    let is_own = ["4core", "5alloc", "3std"].iter().any(|library| name.contains(library));
    let is_method = ["drop_in_place", "Payload", "panic_count"].iter().any(|part| name.contains(part));
    is_own && !is_method && (name.contains("4core9panicking") || NAMES.iter().any(|one| name.contains(one)))
}

/// Cuts what is done in a straight line before a trap, such as putting together what a panic says. Answers whether
/// nothing comes before it.
fn shorten_way_to_trap(
    function: &mut LocalFunction,
    sequence: InstrSeqId,
    traps: &HashSet<FunctionId>,
) -> bool {
    let mut instructions = std::mem::take(&mut function.block_mut(sequence).instrs);
    let trap = instructions.iter().position(|(instruction, _)| match instruction {
        Instr::Unreachable(_) => true,
        Instr::Call(call) => traps.contains(&call.func),
        Instr::Block(block) => shorten_way_to_trap(function, block.seq, traps),
        Instr::Loop(block) => shorten_way_to_trap(function, block.seq, traps),
        Instr::IfElse(either) => {
            let consequent = shorten_way_to_trap(function, either.consequent, traps);
            shorten_way_to_trap(function, either.alternative, traps) && consequent
        }
        _ => false,
    });
    let mut start = None;
    if let Some(trap) = trap {
        let before = instructions.get(..trap).unwrap_or_default();
        let kept =
            before.iter().rposition(|(instruction, _)| !is_lost(instruction)).map_or(0, |last| last + 1);
        instructions.truncate(kept);
        instructions.push((Instr::Unreachable(Unreachable {}), InstrLocId::default()));
        start = Some(kept);
    }
    function.block_mut(sequence).instrs = instructions;
    start == Some(0)
}

/// Whether nobody misses an instruction that a trap follows.
fn is_lost(instruction: &Instr) -> bool {
    matches!(
        instruction,
        Instr::Const(_)
            | Instr::LocalGet(_)
            | Instr::LocalSet(_)
            | Instr::LocalTee(_)
            | Instr::GlobalGet(_)
            | Instr::GlobalSet(_)
            | Instr::Load(_)
            | Instr::Store(_)
            | Instr::Binop(_)
            | Instr::Unop(_)
            | Instr::Select(_)
            | Instr::Drop(_)
    )
}

#[cfg(test)]
mod tests {
    use walrus::ValType;
    use walrus::ir::{MemArg, StoreKind};

    use super::*;

    /// The names of the functions that do nothing but trap.
    fn traps_of(module: &Module) -> Vec<&str> {
        let is_trap = |function: &LocalFunction| {
            matches!(function.block(function.entry_block()).instrs.as_slice(), [(Instr::Unreachable(_), _)])
        };
        let traps = module.funcs.iter_local().filter(|(_, function)| is_trap(function));
        traps.filter_map(|(id, _)| module.funcs.get(id).name.as_deref()).collect()
    }

    #[test]
    fn what_only_comes_to_a_panic_is_a_trap_and_what_may_not_is_kept() {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let seen = module.globals.add_local(
            ValType::I32,
            true,
            false,
            walrus::ConstExpr::Value(walrus::ir::Value::I32(0)),
        );
        let mut function = |name: &str, body: &dyn Fn(&mut walrus::InstrSeqBuilder)| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            builder.name(name.to_owned());
            body(&mut builder.func_body());
            builder.finish(Vec::new(), &mut module.funcs)
        };
        let place = MemArg { align: 4, offset: 0 };
        let panic = function("_ZN4core9panicking5panicE", &|body| {
            body.i32_const(1).global_set(seen);
        });
        let says = function("says", &|body| {
            body.i32_const(0).i32_const(7).store(memory, StoreKind::I32 { atomic: false }, place).call(panic);
        });
        function("at once", &|body| {
            body.block(None, |block| {
                block.call(says);
            });
        });
        let acts = function("acts", &|body| {
            body.i32_const(1).global_set(seen);
        });
        function("acts first", &|body| {
            body.call(acts).i32_const(7).drop().call(says);
        });
        function("perhaps", &|body| {
            body.global_get(seen).if_else(
                None,
                |then| {
                    then.call(says);
                },
                |_| {},
            );
        });
        make_traps(&mut module);
        assert_eq!(traps_of(&module), ["_ZN4core9panicking5panicE", "says", "at once"]);
        // The act before the panic stays, and nothing between them.
        let (_, first) = module
            .funcs
            .iter_local()
            .find(|(id, _)| module.funcs.get(*id).name.as_deref() == Some("acts first"))
            .expect("it is there");
        let body = first.block(first.entry_block()).instrs.iter().map(|(instruction, _)| instruction);
        let body: Vec<_> = body.collect();
        assert!(matches!(body.as_slice(), [Instr::Call(call), Instr::Unreachable(_)] if call.func == acts));
    }

    #[test]
    fn a_path_of_a_source_file_is_known_by_its_end() {
        assert!(is_source_file(b"src/lib.rs") && is_source_file(b"src/lib.rs\0"));
        assert!(!is_source_file(b"src/lib.rs: no") && !is_source_file("é.rs".as_bytes()));
    }
}
