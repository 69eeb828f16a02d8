package io.meltemi.testkit.differential;

import io.meltemi.testkit.AdminClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The counters of a proxy that are not zero, as lines that can be compared. Thread-safe: without
/// state.
final class StatLines {
    private StatLines() {}

    /// @param names an expression that is searched for in names
    static List<String> of(AdminClient admin, String names) throws IOException {
        String page =
                admin.get("/stats?filter=" + URLEncoder.encode(names, StandardCharsets.UTF_8));
        return page.lines()
                .filter(line -> line.matches(".*: [1-9][0-9]*"))
                .map(line -> "stat " + line)
                .sorted()
                .toList();
    }
}
