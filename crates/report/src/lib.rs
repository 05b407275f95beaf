//! The report document tamarisk.report/1 and its renderings: text, HTML, JSON, CSV.
