//! Files and forms: JSON, workbooks, the template filled in and sent back, and what is too large or of no kind that is read.

use super::{ADDRESS, GOOD, begun, counts};
use crate::support::{World, json_of, on_both};
use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::Workbook;
use serde_json::{Value as Json, json};
use std::io::Cursor;

on_both!(json_workbooks_and_forms_are_taken, what_is_too_large_or_of_no_kind_is_refused,);

fn row() -> Json {
    json!({ "authority_reference": "NA001", "name": "Aldermarsh", "district": "Fenwick Vale",
        "financial_year_end": "2025/26", "status": "unqualified", "certified_on": "2026-09-10" })
}

/// A form with a file, as browsers send it.
fn form(name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let boundary = "----bellwether-test";
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"financial_year\"\r\n\r\n2025/26\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// The template with one row filled in under its headings, as a person would.
fn filled(template: &[u8]) -> Vec<u8> {
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(template.to_vec())).unwrap();
    assert_eq!(read.sheet_names(), ["Outcomes", "Instructions", "Lists"]);
    let mut copy = Workbook::new();
    for name in read.sheet_names() {
        let range = read.worksheet_range(&name).unwrap();
        let sheet = copy.add_worksheet();
        sheet.set_name(&name).unwrap();
        for (at, column, cell) in range.used_cells() {
            if let Data::String(text) = cell {
                sheet.write_string(at as u32, column as u16, text).unwrap();
            }
            if name == "Outcomes"
                && let Some(value) = row().get(cell.to_string())
            {
                sheet.write_string(1, column as u16, value.as_str().unwrap()).unwrap();
            }
        }
    }
    copy.save_to_buffer().unwrap()
}

async fn json_workbooks_and_forms_are_taken(world: World) {
    let firm = begun(&world);
    for body in [json!([row()]), json!({ "rows": [row()] })] {
        let (status, receipt) = firm.post(&format!("{ADDRESS}&dry_run=true"), &body).await;
        assert_eq!((status, counts(&receipt)), (200, [1, 1, 0, 0, 0]), "{receipt}");
    }
    let template = firm.client.get(format!("{}/api/v1/submissions/template.xlsx", firm.base)).send().await.unwrap();
    assert_eq!(template.status(), 200);
    let (media, body) = form("C:\\folder\\outcomes.xlsx", &filled(&template.bytes().await.unwrap()));
    let request = firm.client.post(format!("{}/api/v1/submissions", firm.base)).header("content-type", media);
    let answer = request.body(body).send().await.unwrap();
    let receipt: Json = json_of(answer).await;
    assert_eq!(receipt["status"], "accepted", "{receipt}");
    assert_eq!(counts(&receipt), [1, 1, 0, 0, 0]);
    assert_eq!(receipt["file_name"], "outcomes.xlsx");
    assert_eq!(receipt["findings"], json!([]));
}

async fn what_is_too_large_or_of_no_kind_is_refused(world: World) {
    let firm = begun(&world);
    let request = firm.client.post(format!("{}{ADDRESS}", firm.base)).header("content-type", "text/plain");
    assert_eq!(request.body("hello").send().await.unwrap().status(), 415);
    let large = format!("{GOOD}{}", "x".repeat(100_000));
    let (status, _) = firm.csv(&format!("{ADDRESS}&dry_run=true"), &large, None).await;
    assert_eq!(status, 200, "larger than a form, and read");
    let (status, said) = firm.csv(ADDRESS, &"x".repeat(17 * 1024 * 1024), None).await;
    assert_eq!(status, 400, "{said}");
    let (status, said) = firm.csv("/api/v1/submissions?financial_year=soon", GOOD, None).await;
    assert_eq!(status, 400, "{said}");
}
