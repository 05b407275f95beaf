//! Small DEX files of version 035: classes whose methods hold strings and calls that never run.
//! AOSP's "Dalvik Executable format" says how they are laid out.

mod layout;
mod pool;

use pool::Pool;

/// A DEX file to be built.
#[derive(Clone, Debug, Default)]
pub struct Dex {
    /// Its classes; a superclass must stand before its subclasses.
    pub classes: Vec<Class>,
}

/// A class of it. Names are descriptors: `Lcom/example/Main;`.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its superclass.
    pub superclass: String,
    /// The interfaces it names.
    pub interfaces: Vec<String>,
    /// Its access flags.
    pub access: u32,
    /// Its methods.
    pub methods: Vec<Method>,
}

/// A method of it.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// Its parameters and return type: `(ILjava/lang/String;)V`.
    pub descriptor: String,
    /// Its access flags; static, private and constructors are direct methods.
    pub access: u32,
    /// Its code; a `return-void` is added. No code: abstract or native.
    pub code: Option<Vec<Op>>,
}

/// An instruction. Registers are all below 16, and a method has 16 of them.
#[derive(Clone, Debug)]
pub enum Op {
    /// `const-string`
    ConstString(u8, String),
    /// `const-class`
    ConstClass(u8, String),
    /// `new-instance`
    New(u8, String),
    /// `sget-object` of a static field: its class, name and type.
    ReadField(u8, String, String, String),
    /// A call of `class`, `name`, `descriptor` with these registers.
    Call(Call, String, String, String, Vec<u8>),
    /// `move-result-object`
    Result(u8),
    /// Code units as they stand.
    Raw(Vec<u16>),
}

/// How a method is called.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    /// `invoke-virtual`
    Virtual = 0x6e,
    /// `invoke-super`
    Super = 0x6f,
    /// `invoke-direct`
    Direct = 0x70,
    /// `invoke-static`
    Static = 0x71,
    /// `invoke-interface`
    Interface = 0x72,
}

impl Class {
    /// A public class below `superclass`, without methods.
    #[must_use]
    pub fn new(name: &str, superclass: &str) -> Self {
        Self {
            name: name.into(),
            superclass: superclass.into(),
            interfaces: Vec::new(),
            access: 1,
            methods: Vec::new(),
        }
    }

    /// With an interface.
    #[must_use]
    pub fn implements(mut self, interface: &str) -> Self {
        self.interfaces.push(interface.into());
        self
    }

    /// With a public method.
    #[must_use]
    pub fn method(self, name: &str, descriptor: &str, code: Vec<Op>) -> Self {
        let constructor = if name.starts_with('<') { 0x1_0000 } else { 0 };
        self.method_with(name, descriptor, 1 | constructor, Some(code))
    }

    /// With a method of these access flags.
    #[must_use]
    pub fn method_with(
        mut self,
        name: &str,
        descriptor: &str,
        access: u32,
        code: Option<Vec<Op>>,
    ) -> Self {
        let (name, descriptor) = (name.into(), descriptor.into());
        self.methods.push(Method { name, descriptor, access, code });
        self
    }
}

impl Method {
    fn is_direct(&self) -> bool {
        const STATIC_PRIVATE_CONSTRUCTOR: u32 = 0x8 | 0x2 | 0x1_0000;
        self.access & STATIC_PRIVATE_CONSTRUCTOR != 0
    }
}

impl Op {
    /// A call with registers 0, 1, 2 … as many as the descriptor needs, the object's first.
    #[must_use]
    pub fn call(how: Call, class: &str, name: &str, descriptor: &str) -> Self {
        let object = usize::from(!matches!(how, Call::Static));
        let wide = |kind: &String| if matches!(kind.as_str(), "J" | "D") { 2 } else { 1 };
        let words: usize = pool::parameters(descriptor).iter().map(wide).sum();
        let registers = (0..u8::try_from(object + words).expect("few parameters")).collect();
        Self::Call(how, class.into(), name.into(), descriptor.into(), registers)
    }

    fn units(&self, pool: &Pool) -> Vec<u16> {
        let short = |index: u32| u16::try_from(index).expect("a small file");
        let op = |op: u8, register: u8| u16::from(op) | u16::from(register) << 8;
        match self {
            Op::ConstString(to, text) => vec![op(0x1a, *to), short(pool.string(text))],
            Op::ConstClass(to, name) => vec![op(0x1c, *to), short(pool.kind(name))],
            Op::New(to, name) => vec![op(0x22, *to), short(pool.kind(name))],
            Op::ReadField(to, class, name, kind) => {
                vec![op(0x62, *to), short(pool.field(class, name, kind))]
            }
            Op::Result(to) => vec![op(0x0c, *to)],
            Op::Raw(units) => units.clone(),
            Op::Call(how, class, name, descriptor, registers) => {
                let index = short(pool.method(class, name, descriptor));
                let nibble = |at: usize| u16::from(*registers.get(at).unwrap_or(&0));
                let count = u8::try_from(registers.len()).expect("at most five registers");
                vec![
                    op(*how as u8, count << 4) | nibble(4) << 8,
                    index,
                    nibble(0) | nibble(1) << 4 | nibble(2) << 8 | nibble(3) << 12,
                ]
            }
        }
    }
}

impl Dex {
    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        layout::bytes(self)
    }
}
