package io.meltemi.proxy.filter.setfilterstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a request's TLS offers, by the filter's configuration and by the route's.
final class SetFilterStateFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    private static String alpn(String format) {
        return """
        {"onRequestHeaders": [{
          "objectKey": "envoy.network.application_protocols",
          "formatString": {"textFormatSource": {"inlineString": "%s"}},
          "sharedWithUpstream": "ONCE"}]}
        """
                .formatted(format);
    }

    private List<String> offered(String json, String spoken) {
        FakeFilterStream stream = fixture.stream().protocol(spoken);
        fixture.filter(Config.newBuilder(), json).onRequest(stream);
        return stream.offeredAlpn();
    }

    @Test
    void protocolOfTheClientIsFilledIn() {
        assertThat(offered(alpn("istio-%PROTOCOL%,istio"), "HTTP/1.1"))
                .containsExactly("istio-HTTP/1.1", "istio");
        assertThat(offered(alpn("istio-%PROTOCOL%,istio"), "HTTP/1.0"))
                .containsExactly("istio-HTTP/1.0", "istio");
        assertThat(offered(alpn("istio-%PROTOCOL%,istio"), "HTTP/2"))
                .containsExactly("istio-HTTP/2", "istio");
    }

    @Test
    void nothingIsOfferedWhereNothingIsSaid() {
        assertThat(offered("{}", "HTTP/2")).isEmpty();
    }

    @Test
    void whatNothingWouldReadIsRefused() {
        String json =
                """
                {"onRequestHeaders": [
                  {"objectKey": "envoy.tcp_proxy.cluster",
                   "formatString": {"textFormatSource": {"inlineString": "a"}}},
                  {"objectKey": "envoy.network.application_protocols",
                   "formatString": {"textFormatSource": {"inlineString": "a,%REQ(x)%"}}},
                  {"objectKey": "envoy.network.application_protocols", "readOnly": true,
                   "formatString": {"textFormatSource": {"inlineString": "a,,b"}}}]}
                """;

        assertThat(fixture.problems(Config.newBuilder(), json))
                .contains(
                        "on_request_headers[0].object_key: 'envoy.tcp_proxy.cluster': only"
                                + " envoy.network.application_protocols is known here",
                        "on_request_headers[1].format_string.text_format_source.inline_string: of"
                                + " commands only %PROTOCOL% can choose what ALPN offers here")
                .anyMatch(p -> p.startsWith("on_request_headers[2].read_only"))
                .anyMatch(p -> p.endsWith("a protocol's name has 1 to 255 bytes, not 0"));
    }
}
