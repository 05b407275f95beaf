//! Judging, from hand-made observations to findings.
#![allow(clippy::unwrap_used)] // Also in what the tests share.

mod conditions;
mod impersonation;
mod indicators;
mod joining;
mod labels;
mod matching;
mod pages;
mod patterns;
mod quiet;
mod support;
