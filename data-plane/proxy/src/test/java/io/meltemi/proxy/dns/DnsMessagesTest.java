package io.meltemi.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.proxy.fuzz.Fuzzing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DnsMessagesTest {
    private static final String ASKED =
            "0007" + "01000001000000000000" + "0161047465737400" + "00010001";
    private static final String ANSWERED =
            "0007" + "81800001000200000000" + "0161047465737400" + "00010001";
    private static final String ALIAS = "c00c" + "0005" + "0001" + "0000003c" + "0002" + "c00c";
    private static final String ADDRESS =
            "c00c" + "0001" + "0001" + "00000005" + "0004" + "7f000001";

    @Test
    void questionIsWrittenAsTheStandardHasIt() throws IOException {
        assertThat(HexFormat.of().formatHex(DnsMessages.question(7, "a.test", DnsMessages.A)))
                .isEqualTo(ASKED);
        assertThat(DnsMessages.question(7, "a.test.", DnsMessages.A)).isEqualTo(bytes(ASKED));
    }

    @Test
    void namesThatCannotBeAskedForAreRefused() {
        for (String name : List.of("", ".", "a..b", "a".repeat(64), "a.".repeat(130))) {
            assertThatThrownBy(() -> DnsMessages.question(7, name, DnsMessages.A))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void addressesBehindAnAliasAreFoundWithTheirTtl() throws IOException {
        DnsMessages.Response response = read(ANSWERED + ALIAS + ADDRESS);

        assertThat(response.code()).isZero();
        assertThat(response.ttlSeconds()).isEqualTo(5);
        assertThat(response.addresses()).hasToString("[/127.0.0.1]");
    }

    @Test
    void answersToSomethingElseAreNotTaken() {
        byte[] question = bytes(ASKED);

        assertThat(DnsMessages.answers(ByteBuffer.wrap(bytes(ANSWERED)), question)).isTrue();
        for (String other :
                List.of(
                        ANSWERED.replaceFirst("0007", "0008"),
                        ANSWERED.replace("74657374", "74657375"),
                        ANSWERED.replace("00010001", "001c0001"),
                        ASKED,
                        ANSWERED.substring(0, 30))) {
            assertThat(DnsMessages.answers(ByteBuffer.wrap(bytes(other)), question)).isFalse();
        }
        assertThat(
                        DnsMessages.answers(
                                ByteBuffer.wrap(bytes(ANSWERED.replace("0161", "0141"))), question))
                .isTrue();
    }

    @Test
    void answersThatBreakOffAreRefused() {
        assertThatThrownBy(() -> read(ANSWERED + ALIAS)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(ANSWERED + ALIAS + ADDRESS.substring(0, 30)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anyAnswerIsReadOrRefused() {
        List<byte[]> corpus = new ArrayList<>();
        corpus.add(bytes(ANSWERED + ALIAS + ADDRESS));
        corpus.add(bytes(ANSWERED + ADDRESS + ADDRESS));
        byte[] question = bytes(ASKED);

        Fuzzing.run(
                "DNS answers",
                corpus,
                (input, _) -> {
                    ByteBuffer message = ByteBuffer.wrap(input);
                    if (DnsMessages.answers(message, question)) {
                        try {
                            var response = DnsMessages.read(message, question, DnsMessages.A);
                            assertThat(response.addresses()).hasSizeLessThan(input.length);
                        } catch (IOException _) {
                            // Refused.
                        }
                    }
                });
    }

    @Test
    void shortNamesAreTriedInTheSystemsDomainsFirst() {
        SystemServers system =
                SystemServers.of(
                        List.of(
                                "# comment",
                                "nameserver 10.0.0.1",
                                "nameserver nonsense",
                                "search a.test b.test",
                                "options ndots:2 edns0"));

        assertThat(system.servers()).hasToString("[/10.0.0.1:53]");
        assertThat(system.candidates("web")).containsExactly("web.a.test", "web.b.test", "web");
        assertThat(system.candidates("web.c.test"))
                .containsExactly("web.c.test", "web.c.test.a.test", "web.c.test.b.test");
        assertThat(system.candidates("web.")).containsExactly("web.");
    }

    @Test
    void hostsAreFoundByAnyOfTheirNames() {
        List<String> lines = List.of("127.0.0.1 localhost Me # web", "::1 me", "nonsense me");

        assertThat(SystemServers.hosts("ME", lines)).hasToString("[/127.0.0.1, /0:0:0:0:0:0:0:1]");
        assertThat(SystemServers.hosts("web", lines)).isEmpty();
    }

    @Test
    void failuresAreTriedAgainLaterEachTimeUpToTheMost() {
        FailureBackoff backoff = new FailureBackoff(100, 1000);

        for (int i = 0; i < 200; i++) {
            assertThat(backoff.nanos(1)).isBetween(1L, 100L);
            assertThat(backoff.nanos(3)).isBetween(1L, 400L);
            assertThat(backoff.nanos(1000)).isBetween(1L, 1000L);
        }
        assertThat(new FailureBackoff(Long.MAX_VALUE / 2, Long.MAX_VALUE).nanos(40)).isPositive();
    }

    private static DnsMessages.Response read(String hex) throws IOException {
        return DnsMessages.read(ByteBuffer.wrap(bytes(hex)), bytes(ASKED), DnsMessages.A);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
