//! One tab: what a reader does in it, and everything that it did or tried.

use super::chromium::Chromium;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A tab of the browser.
pub struct Tab<'a> {
    browser: &'a mut Chromium,
    context: String,
    target: String,
    session: String,
    /// The documents that have been loaded whole, by the id of their loading.
    loaded: BTreeSet<String>,
    /// Which loading the document that is shown came from.
    shown: String,
    /// The address it came from.
    shown_from: String,
    /// Every address that was asked for, in order.
    requests: Vec<String>,
    /// The address of each request, to name it when it fails.
    addresses: BTreeMap<String, String>,
    /// What no page may do: errors, broken policies, failed requests, dialogs.
    problems: Vec<String>,
    /// Addresses that answer with an error, as they should.
    missing: BTreeSet<String>,
}

/// A window: its size in CSS pixels, and how many of the screen's each of them has.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub width: u32,
    pub height: u32,
    pub scale: u32,
    pub mobile: bool,
}

/// A laptop's window.
pub const DESKTOP: Window = Window { width: 1440, height: 1000, scale: 1, mobile: false };
/// A small phone's.
pub const PHONE: Window = Window { width: 360, height: 740, scale: 2, mobile: true };

impl<'a> Tab<'a> {
    pub(super) fn open(browser: &'a mut Chromium) -> Self {
        let context = text(&browser.ask("Target.createBrowserContext", json!({}))["browserContextId"]);
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let target = text(&browser.ask("Target.createTarget", target)["targetId"]);
        let session = browser.ask("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        let mut tab = Self {
            browser,
            context,
            target,
            session: text(&session["sessionId"]),
            loaded: BTreeSet::new(),
            shown: String::new(),
            shown_from: String::new(),
            requests: Vec::new(),
            addresses: BTreeMap::new(),
            problems: Vec::new(),
            missing: BTreeSet::new(),
        };
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        tab.window(DESKTOP);
        tab
    }

    /// Sends a command to the tab and waits for what it gives.
    #[expect(clippy::needless_pass_by_value, reason = "parameters are written where they are sent")]
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.browser.send(Some(&self.session), method, &parameters);
        loop {
            let message = self.browser.next(method);
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.note(&message);
        }
    }

    /// Remembers what an event tells.
    fn note(&mut self, message: &Value) {
        if message["sessionId"] != *self.session {
            return;
        }
        let event = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Page.frameNavigated" if event["frame"]["parentId"].is_null() => {
                self.shown = text(&event["frame"]["loaderId"]);
                self.shown_from = text(&event["frame"]["url"]);
            }
            "Page.lifecycleEvent" if event["name"] == "load" => {
                self.loaded.insert(text(&event["loaderId"]));
            }
            "Page.javascriptDialogOpening" => {
                self.problems.push(format!("a dialog: {}", event["message"]));
                self.browser.send(Some(&self.session), "Page.handleJavaScriptDialog", &json!({ "accept": true }));
            }
            "Network.requestWillBeSent" => {
                let address = text(&event["request"]["url"]);
                self.addresses.insert(text(&event["requestId"]), address.clone());
                self.requests.push(address);
            }
            "Network.responseReceived" => {
                let (address, status) = (text(&event["response"]["url"]), &event["response"]["status"]);
                if status.as_u64().is_some_and(|status| status >= 400) && !self.missing.contains(&address) {
                    self.problems.push(format!("{address} answers {status}"));
                }
            }
            "Network.loadingFailed" => {
                let id = text(&event["requestId"]);
                let address = self.addresses.get(&id).unwrap_or(&id);
                self.problems.push(format!("{address} failed: {}{}", event["errorText"], event["blockedReason"]));
            }
            "Runtime.exceptionThrown" => self.problems.push(format!("an exception: {}", event["exceptionDetails"])),
            "Runtime.consoleAPICalled" => {
                self.problems.push(format!("the console: {} {}", event["type"], event["args"]));
            }
            "Log.entryAdded" => {
                let entry = &event["entry"];
                // That a page which is not there is not there is told in the log, too.
                let expected = entry["source"] == "network" && self.missing.contains(&text(&entry["url"]));
                if !expected {
                    self.problems.push(format!("the log: {} {} {}", entry["level"], entry["text"], entry["url"]));
                }
            }
            "Audits.issueAdded" => {
                let issue = &event["issue"];
                if issue["code"] == "ContentSecurityPolicyIssue" || issue["code"] == "MixedContentIssue" {
                    self.problems.push(format!("an issue: {issue}"));
                }
            }
            _ => {}
        }
    }

    /// Waits until another document than `before` is shown and loaded whole.
    fn wait_for_page(&mut self, before: &str) {
        while self.shown == before || !self.loaded.contains(&self.shown) {
            let message = self.browser.next("a page");
            self.note(&message);
        }
    }

    /// Types an address.
    pub fn visit(&mut self, address: &str) {
        let before = self.shown.clone();
        let result = self.call("Page.navigate", json!({ "url": address }));
        assert!(result["errorText"].is_null(), "{address}: {}", result["errorText"]);
        self.wait_for_page(&before);
    }

    /// Loads the page again.
    fn reload(&mut self) {
        let before = self.shown.clone();
        self.call("Page.reload", json!({}));
        self.wait_for_page(&before);
    }

    /// Waits until the page at `address` is shown: a page that leads on may do so at once, or after it was shown.
    pub fn wait_for(&mut self, address: &str) {
        while self.shown_from != address || !self.loaded.contains(&self.shown) {
            let message = self.browser.next(address);
            self.note(&message);
        }
    }

    /// The address that is shown.
    pub fn address(&mut self) -> String {
        self.ask("location.href")
    }

    /// Makes the error that an address answers with no problem.
    pub fn expect_missing(&mut self, address: &str) {
        self.missing.insert(address.to_owned());
    }

    /// What an expression gives in the page.
    pub fn ask<T: DeserializeOwned>(&mut self, expression: &str) -> T {
        let parameters = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        let value = result["result"]["value"].clone();
        serde_json::from_value(value).unwrap_or_else(|e| panic!("{expression}: {e}: {}", result["result"]))
    }

    /// Whether an expression holds in the page; not while a page is left for another.
    pub fn holds(&mut self, expression: &str) -> bool {
        let expression = format!("Promise.resolve({expression}).then((value) => !!value)");
        let parameters = json!({
            "expression": expression,
            "returnByValue": true,
            "awaitPromise": true,
            // As after a click, so that a second tab may be opened.
            "userGesture": true,
        });
        let id = self.browser.send(Some(&self.session), "Runtime.evaluate", &parameters);
        loop {
            let message = self.browser.next(&expression);
            if message["id"] == id {
                return message["result"]["result"]["value"] == true;
            }
            self.note(&message);
        }
    }

    /// Clicks, with the mouse, the first link that a CSS selector finds, and waits for the page it leads to.
    pub fn follow(&mut self, selector: &str) {
        let found = format!(
            "(() => {{ const link = document.querySelector({});
                if (!link) return null;
                link.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = link.getClientRects()[0];
                return box ? [box.left + Math.min(box.width, 40) / 2, box.top + box.height / 2] : null; }})()",
            Value::from(selector)
        );
        let place: Option<(f64, f64)> = self.ask(&found);
        let (x, y) = place.unwrap_or_else(|| panic!("{} shows no link `{selector}`", self.shown));
        let before = self.shown.clone();
        for kind in ["mousePressed", "mouseReleased"] {
            let click = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", click);
        }
        self.wait_for_page(&before);
    }

    /// Presses a key: `Tab` or `Enter`.
    pub fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            _ => panic!("the driver knows no key {key}"),
        };
        let mut down = json!({ "type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": code });
        if let Some(text) = text {
            down["type"] = "keyDown".into();
            down["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call(
            "Input.dispatchKeyEvent",
            json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code }),
        );
    }

    /// Presses Enter on a link and waits for the page it leads to.
    pub fn press_enter_to_leave(&mut self) {
        let before = self.shown.clone();
        self.press("Enter");
        self.wait_for_page(&before);
    }

    /// Sets the window's size.
    pub fn window(&mut self, window: Window) {
        let Window { width, height, scale, mobile } = window;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Shows pages as on `screen` or in `print`, in the scheme `light` or `dark`. The page is loaded again: what Chromium
    /// is told about a page that is shown reaches only some of its colours.
    pub fn media(&mut self, media: &str, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }));
        self.reload();
    }

    /// Runs no scripts of pages.
    pub fn without_scripts(&mut self) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    }

    /// Runs a script in each page before any of the page's own.
    pub fn before_each_page(&mut self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// Takes the pages' policy away, so that what it would have stopped happens.
    pub fn without_policy(&mut self) {
        self.call("Page.setBypassCSP", json!({ "enabled": true }));
    }

    /// What is shown, as a PNG: the window, or the whole page.
    pub fn picture(&mut self, whole: bool) -> Vec<u8> {
        let taken = self.call("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": whole }));
        base64(taken["data"].as_str().expect("a picture"))
    }

    /// What the pages so far did that no page may. Asks the page something first: events come in order, so all that
    /// happened before is known then.
    pub fn problems(&mut self) -> Vec<String> {
        let _: Value = self.ask("document.readyState");
        std::mem::take(&mut self.problems)
    }

    /// Every address that was asked for so far.
    pub fn requests(&self) -> &[String] {
        &self.requests
    }

    /// Fails if a page did what no page may, or asked for anything outside `site`, the address of its root.
    #[track_caller]
    pub fn assert_quiet(&mut self, site: &str) {
        let problems = self.problems();
        assert!(problems.is_empty(), "at {}:\n{}", self.address(), problems.join("\n"));
        let outside: Vec<_> =
            self.requests.iter().filter(|to| !to.starts_with(site) && !to.starts_with("data:")).collect();
        assert!(outside.is_empty(), "requests off the site {site}: {outside:?}");
    }
}

impl Drop for Tab<'_> {
    /// Closes the tab. Nothing is waited for: a test that fails must not fail again here.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.browser.send(None, "Target.closeTarget", &json!({ "targetId": self.target }));
            self.browser.send(None, "Target.disposeBrowserContext", &json!({ "browserContextId": self.context }));
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Bytes out of Base64, as the browser writes it.
fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => panic!("{byte} is no digit of Base64"),
    };
    let mut bytes = Vec::new();
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = group.iter().enumerate().fold(0, |bits, (at, byte)| bits | digit(*byte) << (18 - 6 * at));
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}
