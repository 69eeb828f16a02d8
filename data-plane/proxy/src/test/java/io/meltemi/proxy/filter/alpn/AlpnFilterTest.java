package io.meltemi.proxy.filter.alpn;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.observe.WireProtocol;
import io.meltemi.xds.proto.alpn.FilterConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What istiod sends to every sidecar.
final class AlpnFilterTest {
    private static final String OF_ISTIOD =
            """
            {"alpnOverride": [
              {"alpnOverride": ["istio-http/1.0", "istio", "http/1.0"]},
              {"upstreamProtocol": "HTTP11", "alpnOverride": ["istio-http/1.1", "istio", "http/1.1"]},
              {"upstreamProtocol": "HTTP2", "alpnOverride": ["istio-h2", "istio", "h2"]}]}
            """;

    private final FilterFixture fixture = new FilterFixture();

    private List<String> offered(String json, WireProtocol spoken) {
        HttpFilter filter = fixture.filter(FilterConfig.newBuilder(), json);
        FakeFilterStream stream = fixture.stream().upstreamHttpProtocol(spoken);
        assertThat(filter.onRequest(stream)).isEqualTo(HttpFilter.Verdict.CONTINUE);
        return stream.offeredAlpn();
    }

    @Test
    void eachVersionOffersItsOwn() {
        assertThat(offered(OF_ISTIOD, WireProtocol.HTTP_1_1))
                .containsExactly("istio-http/1.1", "istio", "http/1.1");
        assertThat(offered(OF_ISTIOD, WireProtocol.HTTP_2))
                .containsExactly("istio-h2", "istio", "h2");
    }

    @Test
    void firstEntryOfAVersionCounts() {
        String twice =
                """
                {"alpnOverride": [{"upstreamProtocol": "HTTP2", "alpnOverride": ["a"]},
                                  {"upstreamProtocol": "HTTP2", "alpnOverride": ["b"]}]}
                """;

        assertThat(offered(twice, WireProtocol.HTTP_2)).containsExactly("a");
        assertThat(offered(twice, WireProtocol.HTTP_1_1)).isEmpty();
    }

    @Test
    void requestWithoutAClusterOffersNothing() {
        FakeFilterStream stream = fixture.stream();

        fixture.filter(FilterConfig.newBuilder(), OF_ISTIOD).onRequest(stream);

        assertThat(stream.offeredAlpn()).isEmpty();
    }

    @Test
    void namesThatAlpnCannotCarryAreRefused() {
        String json =
                "{\"alpnOverride\": [{\"alpnOverride\": [\"h2\", \"\", \""
                        + "x".repeat(256)
                        + "\"]}, {\"upstreamProtocol\": 7}]}";

        assertThat(fixture.problems(FilterConfig.newBuilder(), json))
                .containsExactly(
                        "alpn_override[0].alpn_override[1]: a protocol's name has 1 to 255 bytes,"
                                + " not 0",
                        "alpn_override[0].alpn_override[2]: a protocol's name has 1 to 255 bytes,"
                                + " not 256",
                        "alpn_override[1].upstream_protocol: must be HTTP10, HTTP11 or HTTP2");
    }
}
