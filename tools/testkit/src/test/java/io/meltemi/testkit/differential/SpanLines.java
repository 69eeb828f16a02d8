package io.meltemi.testkit.differential;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans as lines that can be compared: identifiers, which no two runs share, become what they
/// stand for. Immutable.
final class SpanLines {
    private static final Pattern TRACEPARENT =
            Pattern.compile("traceparent: 00-(\\p{XDigit}{32})-(\\p{XDigit}{16})-");
    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:\\d+");

    /// What requests of cases begin their traces with.
    private static final String GIVEN_TRACE = "00000000000000000000000000000";

    private static final String GIVEN_SPAN = "a2fb4a1d1a96d312";

    private final Map<String, Span> byId = new TreeMap<>();
    private final Map<String, String> urlByTrace = new TreeMap<>();

    SpanLines(List<Span> spans) {
        for (Span span : spans) {
            byId.put(hex(span.getSpanId()), span);
            String url = attribute(span, "http.url");
            if (!url.isEmpty()) {
                urlByTrace.put(hex(span.getTraceId()), url);
            }
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        byId.values().forEach(span -> lines.addAll(lines(span)));
        lines.sort(null);
        return lines;
    }

    private List<String> lines(Span span) {
        String place =
                "span "
                        + urlByTrace.getOrDefault(hex(span.getTraceId()), "of no request")
                        + " "
                        + attribute(span, "retry.count")
                        + " "
                        + span.getName();
        List<String> lines = new ArrayList<>();
        lines.add(
                place
                        + ": "
                        + span.getKind()
                        + " in "
                        + trace(hex(span.getTraceId()))
                        + " below "
                        + id(hex(span.getParentSpanId()))
                        + " state '"
                        + span.getTraceState()
                        + "' status "
                        + span.getStatus().getCode()
                        + " events "
                        + span.getEventsList().stream().map(Span.Event::getName).toList()
                        + " timed "
                        + (span.getStartTimeUnixNano() <= span.getEndTimeUnixNano()));
        for (KeyValue attribute : span.getAttributesList()) {
            String value = attribute.getValue().toString().strip();
            lines.add(place + " " + attribute.getKey() + ": " + comparable(attribute, value));
        }
        return lines;
    }

    private static String comparable(KeyValue attribute, String value) {
        return attribute.getKey().equals("guid:x-request-id") && !value.contains("00000000-")
                ? "VARIES"
                : ADDRESS.matcher(value).replaceAll("ADDRESS");
    }

    /// A line of what the upstream saw, whose ids are those of spans.
    String named(String line) {
        Matcher matcher = TRACEPARENT.matcher(line);
        return matcher.replaceFirst(found ->
                "traceparent: 00-" + trace(found.group(1)) + "-" + id(found.group(2)) + "-");
    }

    private static String trace(String id) {
        return id.startsWith(GIVEN_TRACE) ? id : "NEW";
    }

    private String id(String id) {
        if (id.isEmpty()) {
            return "nothing";
        }
        Span span = byId.get(id);
        return id.equals(GIVEN_SPAN) ? "CALLER" : span == null ? "NEW" : span.getName();
    }

    private static String attribute(Span span, String name) {
        return span.getAttributesList().stream()
                .filter(each -> each.getKey().equals(name))
                .map(each -> each.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    private static String hex(com.google.protobuf.ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
