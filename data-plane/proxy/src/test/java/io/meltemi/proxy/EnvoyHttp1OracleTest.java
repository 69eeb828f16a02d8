package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Envoy 1.40 did with the raw requests of two published collections, and what we do.
@Timeout(180)
final class EnvoyHttp1OracleTest {
    private static final int SILENCE_MILLIS = 120;
    private static final int PATIENT_MILLIS = 2_000;

    /// Where we differ on purpose, with the reason.
    private static final Map<String, String> KNOWN_DIFFERENCES = Map.of();

    @Test
    void answersAndForwardsHostileRequestsAsEnvoyDoes() throws Exception {
        Path data = find(Path.of("shared/data/envoy-http1-oracle/results.json"));
        Assumptions.assumeTrue(data != null, "skipped: shared/data/envoy-http1-oracle is absent");
        if (data == null) {
            return;
        }
        Path folder = data.resolveSibling("..").normalize();
        Map<String, String> raw = new HashMap<>();
        read(folder.resolve("http1-http11probe/cases.json"), "id", raw);
        read(folder.resolve("http1-gunicorn/cases.json"), "name", raw);
        List<String> differences = new ArrayList<>();
        int compared = 0;
        try (EchoUpstream up = EchoUpstream.answering("ok");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(
                                                "- {match: {prefix: /}, route: {cluster: up}}",
                                                RunningProxy.cluster("up", up.port()))
                                        .replace(
                                                "upgrade_configs: [{upgrade_type: websocket}]",
                                                "upgrade_configs: []"))) {
            // The first request of a process is slow: it must not be late for the first case.
            try (RawClient first = proxy.client()) {
                first.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").response();
            }
            for (Value each : list(data)) {
                Struct expected = each.getStructValue();
                String id = expected.getFieldsOrThrow("id").getStringValue();
                String request = raw.get(id);
                if (request == null || KNOWN_DIFFERENCES.containsKey(id)) {
                    continue;
                }
                compared++;
                String bytes = request.replace("{HOST}", "localhost:18080");
                up.requests().clear();
                if (compare(id, bytes, expected, proxy, up, SILENCE_MILLIS).isPresent()) {
                    // On a busy machine an answer may come after the silence: ask again, patiently.
                    up.requests().clear();
                    compare(id, bytes, expected, proxy, up, PATIENT_MILLIS)
                            .ifPresent(differences::add);
                }
            }
        }

        assertThat(compared).isGreaterThan(100);
        assertThat(differences).isEmpty();
    }

    private static java.util.Optional<String> compare(
            String id,
            String request,
            Struct expected,
            RunningProxy proxy,
            EchoUpstream up,
            int silenceMillis)
            throws Exception {
        List<Integer> statuses = new ArrayList<>();
        boolean closed;
        try (RawClient client = proxy.client()) {
            String got = client.send(request).everything(silenceMillis);
            closed = client.isClosed();
            for (String part : got.split("HTTP/1.1 ", -1)) {
                if (part.length() > 3 && Character.isDigit(part.charAt(0))) {
                    statuses.add(Integer.parseInt(part.substring(0, 3)));
                }
            }
        }
        List<Integer> wanted =
                expected.getFieldsOrThrow("statuses").getListValue().getValuesList().stream()
                        .map(value -> (int) value.getNumberValue())
                        .toList();
        boolean close = expected.getFieldsOrThrow("closedByProxy").getBoolValue();
        if (!statuses.equals(wanted) || closed != close) {
            return java.util.Optional.of(
                    id
                            + ": Envoy "
                            + wanted
                            + " close="
                            + close
                            + ", we "
                            + statuses
                            + " close="
                            + closed);
        }
        return forwarded(id, expected, up);
    }

    private static java.util.Optional<String> forwarded(
            String id, Struct expected, EchoUpstream up) {
        List<String> wanted =
                expected
                        .getFieldsOrThrow("upstreamRequests")
                        .getListValue()
                        .getValuesList()
                        .stream()
                        .map(Value::getStringValue)
                        .toList();
        if (expected.getFieldsOrThrow("statuses").getListValue().getValuesCount() == 0) {
            // Never completed: how much went on is a matter of time.
            return java.util.Optional.empty();
        }
        List<String> ours =
                up.requests().stream()
                        .map(text ->
                                text.replaceAll(
                                        "(?m)^(x-request-id|x-envoy-expected-rq-timeout-ms"
                                                + "|x-forwarded-proto): .*\r\n",
                                        ""))
                        .toList();
        return ours.equals(wanted)
                ? java.util.Optional.empty()
                : java.util.Optional.of(id + ": Envoy forwards " + wanted + ", we " + ours);
    }

    private static void read(Path file, String key, Map<String, String> into) throws Exception {
        for (Value each : list(file)) {
            Struct one = each.getStructValue();
            Value text = one.getFieldsMap().get("raw_latin1");
            if (text != null) {
                into.put(one.getFieldsOrThrow(key).getStringValue(), text.getStringValue());
            }
        }
    }

    private static List<Value> list(Path file) throws Exception {
        ListValue.Builder list = ListValue.newBuilder();
        JsonFormat.parser().merge(Files.readString(file), list);
        return list.getValuesList();
    }

    private static @Nullable Path find(Path relative) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(relative))) {
                return at.resolve(relative);
            }
        }
        return null;
    }
}
