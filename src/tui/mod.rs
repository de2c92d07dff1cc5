//! The screen: draws the model, changes nothing, and turns keys into commands by one table.
//!
//! May read `app` and `domain`; never sees `api`, keys, files or clocks. Everything the API said
//! goes through [`text`] before it is drawn.

mod canvas;
mod form;
pub mod keymap;
mod modals;
mod pages;
mod panes;
mod picture;
mod sgr;
mod sparing;
pub mod terminal;
pub mod text;
pub mod theme;
mod view;
mod widgets;

pub use canvas::Canvas;
pub use picture::Picture;
pub use theme::Theme;
pub use view::{shows_question_whole, view};
