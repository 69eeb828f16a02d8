package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Sessions lead where Envoy's lead, and are told in the same words.
final class StatefulSessionTest {
    private static final Path CASE = Path.of("src/test/resources/sessions/stateful-session.yaml");
    private static final Pattern TOLD = Pattern.compile("(sid=\"|x-session: )([A-Za-z0-9+/=]+)");

    @Test
    @Parity({
        "stateful_session.session_state.cookie",
        "stateful_session.session_state.header",
        "stateful_session.strict",
        "stateful_session.per_route.disabled",
        "stateful_session.per_route.stateful_session"
    })
    void whatIsToldAndRefusedIsTheSame() throws Exception {
        DifferentialCase situation = CaseReader.read(CASE);

        List<String> envoy = lines(Outcome.of(situation, ProxyUnderTest::envoy));
        List<String> ours = lines(Outcome.of(situation, OurProxy::start));

        assertThat(ours).containsExactlyElementsOf(envoy);
    }

    @Test
    void aSessionStaysWhereItBeganWithBothProxies() throws Exception {
        assertThat(endpointsOfOneSession(ProxyUnderTest::envoy)).isEqualTo("one has all");
        assertThat(endpointsOfOneSession(OurProxy::start)).isEqualTo("one has all");
    }

    private static String endpointsOfOneSession(ProxyUnderTest.Launcher launcher) throws Exception {
        Path log = Files.createTempFile("access", ".log");
        try (ScriptedUpstream first = ScriptedUpstream.start();
                ScriptedUpstream second = ScriptedUpstream.start();
                ProxyUnderTest proxy =
                        launcher.start(
                                new Placeholders(first.port(), second.port(), 1, log)
                                        .fill(CaseReader.read(CASE).bootstrap()))) {
            int port = proxy.admin().listenerPort("web");
            Message begun = PlainClient.get(port, "/app/both");
            String cookie = begun.header("set-cookie").orElseThrow().replaceAll(";.*", "");
            for (int i = 0; i < 8; i++) {
                Message next = PlainClient.get(port, "/app/both", new Header("cookie", cookie));
                if (next.header("set-cookie").isPresent()) {
                    throw new IOException("the session moved");
                }
            }
            boolean one = first.seen().isEmpty() || second.seen().isEmpty();
            int all = first.seen().size() + second.seen().size();
            return one && all == 9 ? "one has all" : first.seen().size() + " of " + all;
        } finally {
            Files.delete(log);
        }
    }

    /// Ports and times of a run have their names instead.
    private static List<String> lines(Outcome outcome) {
        return outcome.lines().stream().map(StatefulSessionTest::readable).toList();
    }

    private static String readable(String line) {
        Matcher told = TOLD.matcher(line);
        return told.replaceAll(found -> found.group(1) + decoded(found.group(2)));
    }

    private static String decoded(String text) {
        String bytes = new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1);
        return bytes.replaceAll("^\n.", "message ")
                .replaceAll(":[0-9]{4,5}", ":PORT")
                .replaceAll("\u0010.*", " expires");
    }
}
