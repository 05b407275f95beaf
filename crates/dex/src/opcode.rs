//! The opcodes with their formats: AOSP's "Dalvik bytecode" and "Dalvik executable instruction
//! formats".

use Format::{
    F3rc, F4rcc, F10t, F10x, F11n, F11x, F12x, F20t, F21c, F21h, F21s, F21t, F22b, F22c, F22s,
    F22t, F22x, F23x, F30t, F31c, F31i, F31t, F32x, F35c, F45cc, F51l, Unused,
};
use IndexKind::{CallSite, Field, Method, MethodAndProto, MethodHandle, None, Proto, String, Type};

/// How an instruction is laid out; the name is AOSP's, behind an F.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation: AOSP's instruction formats")]
pub enum Format {
    F10x,
    F12x,
    F11n,
    F11x,
    F10t,
    F20t,
    F22x,
    F21t,
    F21s,
    F21h,
    F21c,
    F23x,
    F22b,
    F22t,
    F22s,
    F22c,
    F30t,
    F32x,
    F31i,
    F31t,
    F31c,
    F35c,
    F3rc,
    F45cc,
    F4rcc,
    F51l,
    /// An opcode that stands for nothing.
    Unused,
}

impl Format {
    /// Length in code units of two bytes.
    #[must_use]
    pub fn units(self) -> usize {
        match self {
            F10x | F12x | F11n | F11x | F10t | Unused => 1,
            F20t | F22x | F21t | F21s | F21h | F21c | F23x | F22b | F22t | F22s | F22c => 2,
            F30t | F32x | F31i | F31t | F31c | F35c | F3rc => 3,
            F45cc | F4rcc => 4,
            F51l => 5,
        }
    }
}

/// What an instruction's index counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexKind {
    /// It has none.
    None,
    /// Strings.
    String,
    /// Types.
    Type,
    /// Fields.
    Field,
    /// Methods.
    Method,
    /// Methods, and prototypes in a second index.
    MethodAndProto,
    /// Call sites.
    CallSite,
    /// Method handles.
    MethodHandle,
    /// Prototypes.
    Proto,
}

/// An opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Opcode(pub u8);

impl Opcode {
    fn row(self) -> &'static (&'static str, Format, IndexKind) {
        // The table has a row for each value of a byte.
        &TABLE[usize::from(self.0)]
    }

    /// Its name: `invoke-virtual`, `const/4`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// Its format.
    #[must_use]
    pub fn format(self) -> Format {
        self.row().1
    }

    /// What its index counts in.
    #[must_use]
    pub fn index_kind(self) -> IndexKind {
        self.row().2
    }

    /// Whether it calls a method that it names by index.
    #[must_use]
    pub fn is_invoke(self) -> bool {
        matches!(self.index_kind(), Method | MethodAndProto)
    }
}

/// Name, format and index of each opcode, by its value.
#[rustfmt::skip]
static TABLE: [(&str, Format, IndexKind); 256] = [
    ("nop", F10x, None),
    ("move", F12x, None),
    ("move/from16", F22x, None),
    ("move/16", F32x, None),
    ("move-wide", F12x, None),
    ("move-wide/from16", F22x, None),
    ("move-wide/16", F32x, None),
    ("move-object", F12x, None),
    ("move-object/from16", F22x, None),
    ("move-object/16", F32x, None),
    ("move-result", F11x, None),
    ("move-result-wide", F11x, None),
    ("move-result-object", F11x, None),
    ("move-exception", F11x, None),
    ("return-void", F10x, None),
    ("return", F11x, None),
    ("return-wide", F11x, None),
    ("return-object", F11x, None),
    ("const/4", F11n, None),
    ("const/16", F21s, None),
    ("const", F31i, None),
    ("const/high16", F21h, None),
    ("const-wide/16", F21s, None),
    ("const-wide/32", F31i, None),
    ("const-wide", F51l, None),
    ("const-wide/high16", F21h, None),
    ("const-string", F21c, String),
    ("const-string/jumbo", F31c, String),
    ("const-class", F21c, Type),
    ("monitor-enter", F11x, None),
    ("monitor-exit", F11x, None),
    ("check-cast", F21c, Type),
    ("instance-of", F22c, Type),
    ("array-length", F12x, None),
    ("new-instance", F21c, Type),
    ("new-array", F22c, Type),
    ("filled-new-array", F35c, Type),
    ("filled-new-array/range", F3rc, Type),
    ("fill-array-data", F31t, None),
    ("throw", F11x, None),
    ("goto", F10t, None),
    ("goto/16", F20t, None),
    ("goto/32", F30t, None),
    ("packed-switch", F31t, None),
    ("sparse-switch", F31t, None),
    ("cmpl-float", F23x, None),
    ("cmpg-float", F23x, None),
    ("cmpl-double", F23x, None),
    ("cmpg-double", F23x, None),
    ("cmp-long", F23x, None),
    ("if-eq", F22t, None),
    ("if-ne", F22t, None),
    ("if-lt", F22t, None),
    ("if-ge", F22t, None),
    ("if-gt", F22t, None),
    ("if-le", F22t, None),
    ("if-eqz", F21t, None),
    ("if-nez", F21t, None),
    ("if-ltz", F21t, None),
    ("if-gez", F21t, None),
    ("if-gtz", F21t, None),
    ("if-lez", F21t, None),
    ("unused-3e", Unused, None),
    ("unused-3f", Unused, None),
    ("unused-40", Unused, None),
    ("unused-41", Unused, None),
    ("unused-42", Unused, None),
    ("unused-43", Unused, None),
    ("aget", F23x, None),
    ("aget-wide", F23x, None),
    ("aget-object", F23x, None),
    ("aget-boolean", F23x, None),
    ("aget-byte", F23x, None),
    ("aget-char", F23x, None),
    ("aget-short", F23x, None),
    ("aput", F23x, None),
    ("aput-wide", F23x, None),
    ("aput-object", F23x, None),
    ("aput-boolean", F23x, None),
    ("aput-byte", F23x, None),
    ("aput-char", F23x, None),
    ("aput-short", F23x, None),
    ("iget", F22c, Field),
    ("iget-wide", F22c, Field),
    ("iget-object", F22c, Field),
    ("iget-boolean", F22c, Field),
    ("iget-byte", F22c, Field),
    ("iget-char", F22c, Field),
    ("iget-short", F22c, Field),
    ("iput", F22c, Field),
    ("iput-wide", F22c, Field),
    ("iput-object", F22c, Field),
    ("iput-boolean", F22c, Field),
    ("iput-byte", F22c, Field),
    ("iput-char", F22c, Field),
    ("iput-short", F22c, Field),
    ("sget", F21c, Field),
    ("sget-wide", F21c, Field),
    ("sget-object", F21c, Field),
    ("sget-boolean", F21c, Field),
    ("sget-byte", F21c, Field),
    ("sget-char", F21c, Field),
    ("sget-short", F21c, Field),
    ("sput", F21c, Field),
    ("sput-wide", F21c, Field),
    ("sput-object", F21c, Field),
    ("sput-boolean", F21c, Field),
    ("sput-byte", F21c, Field),
    ("sput-char", F21c, Field),
    ("sput-short", F21c, Field),
    ("invoke-virtual", F35c, Method),
    ("invoke-super", F35c, Method),
    ("invoke-direct", F35c, Method),
    ("invoke-static", F35c, Method),
    ("invoke-interface", F35c, Method),
    ("unused-73", Unused, None),
    ("invoke-virtual/range", F3rc, Method),
    ("invoke-super/range", F3rc, Method),
    ("invoke-direct/range", F3rc, Method),
    ("invoke-static/range", F3rc, Method),
    ("invoke-interface/range", F3rc, Method),
    ("unused-79", Unused, None),
    ("unused-7a", Unused, None),
    ("neg-int", F12x, None),
    ("not-int", F12x, None),
    ("neg-long", F12x, None),
    ("not-long", F12x, None),
    ("neg-float", F12x, None),
    ("neg-double", F12x, None),
    ("int-to-long", F12x, None),
    ("int-to-float", F12x, None),
    ("int-to-double", F12x, None),
    ("long-to-int", F12x, None),
    ("long-to-float", F12x, None),
    ("long-to-double", F12x, None),
    ("float-to-int", F12x, None),
    ("float-to-long", F12x, None),
    ("float-to-double", F12x, None),
    ("double-to-int", F12x, None),
    ("double-to-long", F12x, None),
    ("double-to-float", F12x, None),
    ("int-to-byte", F12x, None),
    ("int-to-char", F12x, None),
    ("int-to-short", F12x, None),
    ("add-int", F23x, None),
    ("sub-int", F23x, None),
    ("mul-int", F23x, None),
    ("div-int", F23x, None),
    ("rem-int", F23x, None),
    ("and-int", F23x, None),
    ("or-int", F23x, None),
    ("xor-int", F23x, None),
    ("shl-int", F23x, None),
    ("shr-int", F23x, None),
    ("ushr-int", F23x, None),
    ("add-long", F23x, None),
    ("sub-long", F23x, None),
    ("mul-long", F23x, None),
    ("div-long", F23x, None),
    ("rem-long", F23x, None),
    ("and-long", F23x, None),
    ("or-long", F23x, None),
    ("xor-long", F23x, None),
    ("shl-long", F23x, None),
    ("shr-long", F23x, None),
    ("ushr-long", F23x, None),
    ("add-float", F23x, None),
    ("sub-float", F23x, None),
    ("mul-float", F23x, None),
    ("div-float", F23x, None),
    ("rem-float", F23x, None),
    ("add-double", F23x, None),
    ("sub-double", F23x, None),
    ("mul-double", F23x, None),
    ("div-double", F23x, None),
    ("rem-double", F23x, None),
    ("add-int/2addr", F12x, None),
    ("sub-int/2addr", F12x, None),
    ("mul-int/2addr", F12x, None),
    ("div-int/2addr", F12x, None),
    ("rem-int/2addr", F12x, None),
    ("and-int/2addr", F12x, None),
    ("or-int/2addr", F12x, None),
    ("xor-int/2addr", F12x, None),
    ("shl-int/2addr", F12x, None),
    ("shr-int/2addr", F12x, None),
    ("ushr-int/2addr", F12x, None),
    ("add-long/2addr", F12x, None),
    ("sub-long/2addr", F12x, None),
    ("mul-long/2addr", F12x, None),
    ("div-long/2addr", F12x, None),
    ("rem-long/2addr", F12x, None),
    ("and-long/2addr", F12x, None),
    ("or-long/2addr", F12x, None),
    ("xor-long/2addr", F12x, None),
    ("shl-long/2addr", F12x, None),
    ("shr-long/2addr", F12x, None),
    ("ushr-long/2addr", F12x, None),
    ("add-float/2addr", F12x, None),
    ("sub-float/2addr", F12x, None),
    ("mul-float/2addr", F12x, None),
    ("div-float/2addr", F12x, None),
    ("rem-float/2addr", F12x, None),
    ("add-double/2addr", F12x, None),
    ("sub-double/2addr", F12x, None),
    ("mul-double/2addr", F12x, None),
    ("div-double/2addr", F12x, None),
    ("rem-double/2addr", F12x, None),
    ("add-int/lit16", F22s, None),
    ("rsub-int", F22s, None),
    ("mul-int/lit16", F22s, None),
    ("div-int/lit16", F22s, None),
    ("rem-int/lit16", F22s, None),
    ("and-int/lit16", F22s, None),
    ("or-int/lit16", F22s, None),
    ("xor-int/lit16", F22s, None),
    ("add-int/lit8", F22b, None),
    ("rsub-int/lit8", F22b, None),
    ("mul-int/lit8", F22b, None),
    ("div-int/lit8", F22b, None),
    ("rem-int/lit8", F22b, None),
    ("and-int/lit8", F22b, None),
    ("or-int/lit8", F22b, None),
    ("xor-int/lit8", F22b, None),
    ("shl-int/lit8", F22b, None),
    ("shr-int/lit8", F22b, None),
    ("ushr-int/lit8", F22b, None),
    ("unused-e3", Unused, None),
    ("unused-e4", Unused, None),
    ("unused-e5", Unused, None),
    ("unused-e6", Unused, None),
    ("unused-e7", Unused, None),
    ("unused-e8", Unused, None),
    ("unused-e9", Unused, None),
    ("unused-ea", Unused, None),
    ("unused-eb", Unused, None),
    ("unused-ec", Unused, None),
    ("unused-ed", Unused, None),
    ("unused-ee", Unused, None),
    ("unused-ef", Unused, None),
    ("unused-f0", Unused, None),
    ("unused-f1", Unused, None),
    ("unused-f2", Unused, None),
    ("unused-f3", Unused, None),
    ("unused-f4", Unused, None),
    ("unused-f5", Unused, None),
    ("unused-f6", Unused, None),
    ("unused-f7", Unused, None),
    ("unused-f8", Unused, None),
    ("unused-f9", Unused, None),
    ("invoke-polymorphic", F45cc, MethodAndProto),
    ("invoke-polymorphic/range", F4rcc, MethodAndProto),
    ("invoke-custom", F35c, CallSite),
    ("invoke-custom/range", F3rc, CallSite),
    ("const-method-handle", F21c, MethodHandle),
    ("const-method-type", F21c, Proto),
];
