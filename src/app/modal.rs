//! The small windows above the panes.

use tui_input::Input;

use crate::domain::OrderId;

/// A window above the panes (acting on money is [`super::Model::flow`]).
#[derive(Debug)]
pub enum Modal {
    /// The keys.
    Help {
        /// Lines scrolled.
        scroll: u16,
    },
    /// An order's JSON.
    Raw {
        /// The order.
        order: OrderId,
        /// Lines scrolled.
        scroll: u16,
    },
    /// Adding a user to the register.
    AddUser {
        /// The text so far.
        input: Input,
        /// What is wrong with it.
        error: Option<String>,
    },
    /// Writing a note about an order.
    Note {
        /// The order.
        order: OrderId,
        /// The text so far.
        input: Input,
    },
    /// How syncing goes.
    Sync {
        /// Lines scrolled.
        scroll: u16,
    },
    /// Leaving while money is in flight.
    Quit,
}
