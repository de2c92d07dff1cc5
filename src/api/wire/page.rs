//! A page of orders, `{orders:[..], pagination:{..}}`. Source: reference, section 5.
//!
//! One unreadable order does not lose its page: it is set aside and the page goes on. Pagination
//! is a hint; without it the page still counts.

use super::object::{Member, Object, kind};
use super::order::read_order;
use super::reader::{Problems, Reader, array};
use super::{OrdersPage, SetAside};

/// Reads the `data` of `GET /orders`; `asked` is the page that was asked for.
///
/// # Errors
/// What is wrong, when there is no list of orders at all. An absent list is not an empty one.
pub fn read_page(data: &str, asked: u32) -> Result<OrdersPage, String> {
    let object = Object::parse(data).map_err(|e| format!("the page of orders: {e}"))?;
    let mut page = OrdersPage { page: asked, ..OrdersPage::default() };
    for raw in order_texts(&object)? {
        match read_order(raw) {
            Ok(order) => page.orders.push(order),
            Err(aside) => page.set_aside.push(aside),
        }
    }
    read_pagination(&mut page, &object);
    Ok(page)
}

fn order_texts<'a>(object: &Object<'a>) -> Result<Vec<&'a str>, String> {
    match object.get("orders") {
        Member::Value(raw) => array(raw).ok_or_else(|| format!("`orders` is not a list: {}", kind(raw))),
        Member::Nothing if object.has("orders") => Ok(Vec::new()),
        Member::Nothing => Err("the page has no `orders`".to_owned()),
        Member::Twice => Err("`orders` appears twice".to_owned()),
    }
}

/// Problems here are not worth showing: what is missing is only known later.
fn read_pagination(page: &mut OrdersPage, object: &Object<'_>) {
    let mut problems = Problems::default();
    let mut reader = Reader::new(object, &mut problems);
    let Some(pagination) = reader.object("pagination") else { return };
    let mut inner = reader.of(&pagination);
    let small = |n: u64| u32::try_from(n).ok();
    page.page = inner.integer("pagination.page").and_then(small).unwrap_or(page.page);
    page.total_pages = inner.integer("pagination.total_pages").and_then(small);
    page.total_count = inner.integer("pagination.total_count");
}

/// How many entries the page brought, readable or not.
pub fn rows(page: &OrdersPage) -> usize {
    page.orders.len().saturating_add(page.set_aside.len())
}

/// Reads one order that was asked for by itself.
///
/// # Errors
/// Why it cannot be read.
pub fn read_single(data: &str) -> Result<crate::domain::Order, String> {
    read_order(data).map_err(|aside: SetAside| format!("the order cannot be read: {}", aside.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_order_is_set_aside_and_the_page_goes_on() {
        let data = r#"{"orders":[{"order_id":"a","status":"created"},{"order_id":"b","status":7},null,[1],
            {"order_id":"../x","status":"created"},{"order_id":12,"status":"dance"}],
            "pagination":{"page":"3","limit":20,"total_count":6,"total_pages":"9"}}"#;
        let page = read_page(data, 1).unwrap();
        let ids: Vec<_> = page.orders.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(ids, ["a", "12"]);
        assert_eq!(page.set_aside.len(), 4);
        assert_eq!(page.set_aside[0].id.as_ref().unwrap().as_str(), "b");
        assert!(page.set_aside[0].reason.contains("status"), "{}", page.set_aside[0].reason);
        assert_eq!((page.page, page.total_pages, page.total_count, rows(&page)), (3, Some(9), Some(6), 6));
    }

    #[test]
    fn an_absent_list_is_an_error_and_a_null_list_is_empty() {
        assert!(read_page("{}", 1).is_err());
        assert!(read_page(r#"{"orders":{}}"#, 1).is_err());
        assert!(read_page("[]", 1).is_err());
        assert_eq!(rows(&read_page(r#"{"orders":null,"pagination":[]}"#, 4).unwrap()), 0);
        assert_eq!(read_page(r#"{"orders":[]}"#, 4).unwrap().page, 4);
    }
}
