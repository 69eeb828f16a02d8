package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What a collector of Zipkin's JSON got, as lines that can be compared: identifiers, which no two
/// runs share, become what they stand for. Immutable.
final class ZipkinReports {
    private static final Pattern ID = Pattern.compile("\\b(\\p{XDigit}{32}|\\p{XDigit}{16})\\b");
    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:\\d+");

    /// What requests of cases bring begins so, or is the span or the parent that all of them name.
    private static final Pattern GIVEN =
            Pattern.compile("0000000000.*|b1b2b3b4b5b6b7b8|c1c2c3c4c5c6c7c8");

    private final List<Message> reports;
    private final List<Map<String, Object>> spans = new ArrayList<>();
    private final Map<String, SortedSet<String>> namesById = new TreeMap<>();
    private final Map<String, String> urlByTrace = new TreeMap<>();

    ZipkinReports(List<Message> reports) {
        this.reports = List.copyOf(reports);
        for (Message report : reports) {
            for (Object span : CaseReader.list(json(report.body()))) {
                note(CaseReader.map(span));
            }
        }
    }

    /// JSON is YAML.
    private static Object json(String body) {
        return new Load(LoadSettings.builder().build()).loadFromString(body);
    }

    private void note(Map<String, Object> span) {
        spans.add(span);
        namesById
                .computeIfAbsent(text(span, "id"), _ -> new TreeSet<>())
                .add(text(span, "kind") + " " + text(span, "name"));
        String url = tags(span).getOrDefault("http.url", "").toString();
        if (!url.isEmpty()) {
            urlByTrace.put(text(span, "traceId"), url);
        }
    }

    int count() {
        return spans.size();
    }

    /// How many spans each report has.
    List<Integer> sizes() {
        return reports.stream().map(report -> CaseReader.list(json(report.body())).size()).toList();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        spans.forEach(span -> lines.addAll(lines(span)));
        lines.sort(null);
        lines.addAll(heads());
        return lines;
    }

    /// All reports have the same head.
    private SortedSet<String> heads() {
        SortedSet<String> lines = new TreeSet<>();
        for (Message report : reports) {
            lines.add("report " + report.startLine());
            for (Header header : report.headers()) {
                boolean own = header.name().equals("x-forwarded-for");
                lines.add("report " + header.name() + ": " + (own ? "VARIES" : header.value()));
            }
        }
        return lines;
    }

    private List<String> lines(Map<String, Object> span) {
        String trace = text(span, "traceId");
        Map<String, Object> tags = tags(span);
        String place =
                "span "
                        + urlByTrace.getOrDefault(trace, "of no request")
                        + " "
                        + tags.getOrDefault("retry.count", "")
                        + " "
                        + text(span, "kind")
                        + " "
                        + text(span, "name");
        List<String> lines = new ArrayList<>();
        span.forEach((name, value) ->
                lines.add(place + " " + name + ": " + comparable(name, value, span)));
        lines.remove(place + " tags: " + tags);
        tags.forEach((name, value) -> lines.add(place + " tag " + name + ": " + tag(name, value)));
        return lines;
    }

    private String comparable(String name, Object value, Map<String, Object> span) {
        return switch (name) {
            case "traceId" -> trace(value.toString(), text(span, "id"));
            case "id", "parentId" -> id(value.toString());
            case "timestamp", "duration" -> "is positive " + (((Number) value).longValue() >= 0);
            case "annotations" ->
                    CaseReader.list(value).stream()
                            .map(each -> CaseReader.map(each).get("value"))
                            .toList()
                            .toString();
            case "localEndpoint" -> new TreeMap<>(replaced(value)).toString();
            default -> value.toString();
        };
    }

    /// By the address it has or thinks to have.
    private static Map<String, Object> replaced(Object endpoint) {
        Map<String, Object> map = CaseReader.map(endpoint);
        map.replace("ipv4", "VARIES");
        return map;
    }

    private static String tag(String name, Object value) {
        return name.equals("guid:x-request-id")
                ? "VARIES"
                : ADDRESS.matcher(value.toString()).replaceAll("ADDRESS");
    }

    private static String trace(String trace, String id) {
        return GIVEN.matcher(trace).matches()
                ? trace
                : "NEW of " + trace.length() + (trace.endsWith(id) ? ", and the span's" : "");
    }

    private String id(String id) {
        if (GIVEN.matcher(id).matches()) {
            return id;
        }
        return "that of " + namesById.getOrDefault(id, new TreeSet<>()) + " of " + id.length();
    }

    /// A line of what the upstream saw, whose ids are those of spans.
    String named(String line) {
        return line.contains(" header b3: ") || line.contains(" header x-b3-")
                ? ID.matcher(line).replaceAll(found -> id(found.group()))
                : line;
    }

    private static Map<String, Object> tags(Map<String, Object> span) {
        return CaseReader.map(span.getOrDefault("tags", Map.of()));
    }

    private static String text(Map<String, Object> span, String name) {
        return String.valueOf(span.get(name));
    }
}
