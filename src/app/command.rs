//! What a key can mean. A command arrives with its meaning already fixed by the mode the keyboard
//! was in; see the key table in `tui::keymap`.

/// What the operator asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Move down by this many rows.
    Down(u16),
    /// Move up by this many rows.
    Up(u16),
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// The pane with this number, from 1.
    Pane(u8),
    /// Zoom the pane, or open what is selected.
    Open,
    /// Back: close, unzoom, clear the filter.
    Back,
    /// The next order that needs the operator.
    NextNeedsYou,
    /// The one before.
    PreviousNeedsYou,
    /// Authorize the selected order's transfer.
    Authorize,
    /// Confirm that the selected order's fiat arrived.
    ConfirmFiat,
    /// Cancel the selected order.
    CancelOrder,
    /// Tell the vendor that the selected order's fiat was paid.
    PaymentSent,
    /// Take back what is in the escrow of the selected order.
    Refund,
    /// Send the selected order's crypto to another chain.
    SendOut,
    /// Type a filter.
    Filter,
    /// The next sort column.
    SortColumn,
    /// Turn the sort round.
    SortDirection,
    /// The next status filter.
    Scope,
    /// Ask the API now.
    Refresh,
    /// Copy the selected id.
    CopyId,
    /// Show the order's JSON as it came.
    RawJson,
    /// Add a user to the register.
    AddUser,
    /// Write a note about the selected order.
    Note,
    /// Show or mask account numbers.
    Unmask,
    /// Show the keys.
    Help,
    /// Draw everything anew.
    Repaint,
    /// Arm, or disarm.
    Arm,
    /// Leave.
    Quit,
    /// Yes, in a question.
    Yes,
    /// Read again, in a question.
    ReadAgain,
    /// Take the typed text.
    Accept,
    /// The next field of a form.
    NextField,
    /// The field before.
    PreviousField,
    /// Send a form from wherever the focus is.
    Submit,
    /// Show a price that binds nobody, from a form that can.
    Estimate,
    /// Take back the last change in a form.
    Undo,
    /// And do it again.
    Redo,
    /// A letter that the page in sight may have a meaning for.
    Letter(char),
    /// To whatever resolves what the selected order asks for.
    Resolve,
    /// The page of the user.
    OpenUser,
    /// Create a user.
    NewUser,
    /// Create a payment profile.
    NewPayment,
    /// Delete the selected payment profile.
    RemovePayment,
    /// Estimate, quote, initiate.
    NewOrder,
    /// The partner's webhook.
    Webhook,
    /// The playbook.
    Playbook,
    /// How syncing goes.
    Sync,
}
