package io.meltemi.testkit.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Golden;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Malformed, ambiguous and unusual messages of HTTP/1: our proxy takes, refuses and forwards each
/// as Envoy does, or is stricter where that is written with its reason.
@Timeout(300)
final class Http1MessagesTest {
    private static final Path FOLDER = Path.of("src/test/resources/http1");
    private static final Path VERDICTS = FOLDER.resolve("messages.txt");
    private static final int SILENCE_MILLIS = 700;
    private static final int PATIENT_MILLIS = 3_000;

    /// Where ours refuses what Envoy takes or waits for, and why.
    private static final Map<String, String> STRICTER =
            Map.ofEntries(
                    Map.entry("version-01", "400 for 426: what is not HTTP/1 at all is malformed"),
                    Map.entry("version-02", "as version-01"),
                    Map.entry("version-03", "as version-01"),
                    Map.entry("version-21", "as version-01"),
                    Map.entry("no-version", "as version-01"),
                    Map.entry("version-11", "white space behind the version (RFC 9112 §3)"),
                    Map.entry("version-12", "white space behind the version (RFC 9112 §3)"),
                    Map.entry("two-spaces", "more than one space in a request line (RFC 9112 §3)"),
                    Map.entry(
                            "two-spaces-before-version",
                            "more than one space in a request line (RFC 9112 §3)"),
                    Map.entry("tab-between", "a tab in a request line (RFC 9112 §3)"),
                    Map.entry("cr-in-line", "a carriage return alone (RFC 9112 §2.2)"),
                    Map.entry("cr-cr-lf", "a carriage return alone (RFC 9112 §2.2)"),
                    Map.entry("field-33", "a carriage return alone, which Envoy takes out"),
                    Map.entry("field-34", "a carriage return alone, which Envoy takes out"),
                    Map.entry("folded-coding", "a folded transfer-encoding (RFC 9112 §5.2)"),
                    Map.entry("length-20", "no body has so many bytes"),
                    Map.entry("length-26", "so many digits of a length"),
                    Map.entry("chunk-20", "a chunk that ends in LF alone (RFC 9112 §7.1)"),
                    Map.entry("chunk-22", "bytes behind a chunk's data (RFC 9112 §7.1)"),
                    Map.entry("chunk-29", "no chunk has so many bytes"),
                    Map.entry("chunk-31", "no chunk has so many bytes"),
                    Map.entry("chunk-48", "a folded trailer (RFC 9112 §5.2)"));

    @Test
    void envoyDoesWhatIsWritten() throws Exception {
        RawMessages messages = RawMessages.read(FOLDER.resolve("messages.yaml"));
        Map<String, String> written = Files.exists(VERDICTS) ? written() : Map.of();

        Map<String, String> verdicts = verdicts(messages, ProxyUnderTest::envoy, written);

        Golden.matches(
                VERDICTS,
                verdicts.entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .collect(Collectors.joining("\n")));
    }

    @Test
    void oursDoesTheSameOrIsStricter() throws Exception {
        RawMessages messages = RawMessages.read(FOLDER.resolve("messages.yaml"));
        Map<String, String> envoy = written();

        Map<String, String> ours = verdicts(messages, OurProxy::start, envoy);

        assertThat(ours).hasSameSizeAs(envoy);
        Map<String, String> differences = new TreeMap<>();
        ours.forEach((name, verdict) -> {
            if (!verdict.equals(envoy.get(name)) && !isStricter(name, verdict)) {
                differences.put(name, "Envoy " + envoy.get(name) + ", ours " + verdict);
            }
        });
        assertThat(differences).isEmpty();
        System.out.println("HTTP/1 messages compared with Envoy's verdicts: " + messages.size());
    }

    /// Nothing was forwarded, and the answer is a refusal.
    private static boolean isStricter(String name, String verdict) {
        return STRICTER.containsKey(name)
                && !verdict.contains("->")
                && (verdict.startsWith("4") || verdict.startsWith("5"));
    }

    /// On a busy machine an answer may come after the silence: what differs is asked again.
    private static Map<String, String> verdicts(
            RawMessages messages, ProxyUnderTest.Launcher launcher, Map<String, String> expected)
            throws Exception {
        Map<String, String> verdicts = messages.verdicts(launcher, Set.of(), SILENCE_MILLIS);
        Set<String> again = new HashSet<>();
        verdicts.forEach((name, verdict) -> {
            if (!verdict.equals(expected.get(name))) {
                again.add(name);
            }
        });
        if (!again.isEmpty()) {
            verdicts.putAll(messages.verdicts(launcher, again, PATIENT_MILLIS));
        }
        return verdicts;
    }

    private static Map<String, String> written() throws IOException {
        return Files.readAllLines(VERDICTS).stream()
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(line -> line[0], line -> line[1]));
    }
}
