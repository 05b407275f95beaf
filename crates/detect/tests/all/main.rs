//! Judging, from hand-made observations to findings.

mod impersonation;
mod indicators;
mod joining;
mod pages;
mod quiet;
mod support;
