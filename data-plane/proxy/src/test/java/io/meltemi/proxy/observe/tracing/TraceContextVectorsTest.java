package io.meltemi.proxy.observe.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.proxy.http.HeaderMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// W3C's own propagation cases, where they are present beside the project.
final class TraceContextVectorsTest {
    @TestFactory
    Stream<DynamicTest> everyCaseOfTheW3cSuitePasses() throws IOException {
        Path file = find(Path.of("shared/data/w3c-trace-context/cases.json"));
        if (file == null) {
            return Stream.of(
                    DynamicTest.dynamicTest(
                            "skipped: shared/data/w3c-trace-context is absent",
                            () -> abort("w3c-trace-context is absent")));
        }
        ListValue.Builder cases = ListValue.newBuilder();
        JsonFormat.parser().merge(Files.readString(file), cases);
        return cases.getValuesList().stream()
                .map(Value::getStructValue)
                .map(c -> DynamicTest.dynamicTest(text(c, "name"), () -> play(c)));
    }

    private static @Nullable Path find(Path relative) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(relative))) {
                return at.resolve(relative);
            }
        }
        return null;
    }

    private static void play(Struct one) {
        for (Value step : list(one, "steps")) {
            HeaderMap out = propagate(step.getStructValue());
            for (Value check : list(step.getStructValue(), "asserts")) {
                assertHolds(check.getStructValue(), out);
            }
        }
    }

    /// What the proxy sends upstream for these headers; the codec has lowered names and trimmed
    /// values before.
    private static HeaderMap propagate(Struct step) {
        HeaderMap headers = new HeaderMap();
        for (Value header : list(step, "requestHeaders")) {
            List<Value> pair = header.getListValue().getValuesList();
            headers.add(
                    pair.get(0).getStringValue().toLowerCase(Locale.ROOT),
                    pair.get(1).getStringValue().strip());
        }
        ExchangeTrace trace = new ExchangeTrace();
        if (!TraceContext.extract(headers, trace)) {
            trace.traceIdHigh = 7;
            trace.traceIdLow = 8;
        }
        TraceContext.inject(headers, trace, 9, new byte[64]);
        return headers;
    }

    private static void assertHolds(Struct check, HeaderMap out) {
        String parent = String.valueOf(out.get("traceparent"));
        String state = String.valueOf(out.get("tracestate"));
        List<Value> args = list(check, "args");
        String subject = args.getFirst().getStringValue();
        String wanted = args.size() > 1 ? args.get(1).getStringValue().replace("'", "") : "";
        switch (text(check, "kind") + " " + subject) {
            case "assertEqual traceparent.trace_id.hex()" ->
                    assertThat(parent.substring(3, 35)).isEqualTo(wanted);
            case "assertNotEqual traceparent.trace_id.hex()" ->
                    assertThat(parent.substring(3, 35)).isNotEqualTo(wanted);
            case "assertNotEqual traceparent.parent_id.hex()" ->
                    assertThat(parent.substring(36, 52)).isNotEqualTo(wanted);
            case "assert_bit_set traceparent.trace_flags" ->
                    assertThat(
                                    Integer.parseInt(parent.substring(53), 16)
                                            & Integer.parseInt(wanted))
                            .isNotZero();
            case "assertTrue 'foo=1' in str(tracestate)" -> assertThat(state).contains("foo=1");
            case "assertTrue 'foo=1' in str(tracestate) or 'foo=2' in str(tracestate)" ->
                    assertThat(state).containsAnyOf("foo=1", "foo=2");
            case "assertRaises KeyError" ->
                    assertThat(state)
                            .doesNotContain(
                                    wanted.substring(wanted.indexOf('[') + 1, wanted.indexOf(']'))
                                            + "=");
            case "assertEqual len(tracestate1)" ->
                    // both requests came without traceparent: neither state may be passed on
                    assertThat(out.get("tracestate")).isNull();
            default -> throw new AssertionError("no way to check " + check);
        }
    }

    private static List<Value> list(Struct of, String name) {
        return of.getFieldsOrThrow(name).getListValue().getValuesList();
    }

    private static String text(Struct of, String name) {
        return of.getFieldsOrThrow(name).getStringValue();
    }
}
