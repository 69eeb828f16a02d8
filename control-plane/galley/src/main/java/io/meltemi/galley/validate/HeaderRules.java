package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.HeaderChange;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import java.util.Locale;
import java.util.Map;

/// Which headers may be changed, and into what. Immutable.
final class HeaderRules {
    /// Text with Envoy's operators in it: `%REQ(X-USER)%`, and `%%` for a percent sign.
    private static final Pattern VALUE =
            Pattern.compile("([^%\r\n]|%%|%[A-Z0-9_]+(\\([^%]*\\))?(:[0-9]+)?%)*");

    private HeaderRules() {}

    static void operations(HeaderOperations headers, FieldPath path, Findings findings) {
        change(headers.request(), true, path.field("request"), findings);
        change(headers.response(), false, path.field("response"), findings);
    }

    private static void change(
            HeaderChange change, boolean hasHost, FieldPath path, Findings findings) {
        values(change.set(), hasHost, path.field("set"), findings);
        values(change.add(), hasHost, path.field("add"), findings);
        for (int i = 0; i < change.remove().size(); i++) {
            name(change.remove().get(i), false, path.field("remove").item(i), findings);
        }
    }

    private static void values(
            Map<String, String> headers, boolean hasHost, FieldPath path, Findings findings) {
        headers.forEach((name, value) -> {
            name(name, hasHost, path.field(name), findings);
            if (!VALUE.matches(value)) {
                findings.judge(
                        Code.SCHEMA,
                        path.field(name),
                        "header value '%s' is not valid: write %%%% for a percent sign, or %%OPERATOR(...)%%"
                                .formatted(value));
            }
        });
    }

    /// @param mayBeHost whether the host of the request may be named: it is rewritten then
    private static void name(String name, boolean mayBeHost, FieldPath path, Findings findings) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isHost = lower.equals("host") || lower.equals(":authority");
        if (isHost && mayBeHost) {
            return;
        }
        if (isHost || lower.startsWith(":")) {
            findings.judge(Code.SCHEMA, path, "header '%s' cannot be changed here".formatted(name));
        } else {
            TextRules.headerName(name, path, findings);
        }
    }
}
