//! `doorstep openapi`: what `api/openapi.json` and `api/error-codes.json` are made with.

use clap::Args;

use super::{Outcome, print};

#[derive(Debug, Args)]
pub struct Openapi {
    /// Print the error codes (api/error-codes.json) instead.
    #[arg(long)]
    error_codes: bool,
}

impl Openapi {
    pub fn run(&self) -> Outcome {
        let document =
            if self.error_codes { doorstep_account::error_codes() } else { doorstep_account::openapi() };
        print(&format!("{document:#}"))
    }
}
