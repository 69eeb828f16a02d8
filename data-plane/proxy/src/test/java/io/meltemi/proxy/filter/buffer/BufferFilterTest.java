package io.meltemi.proxy.filter.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.Buffer;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.BufferPerRoute;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import org.junit.jupiter.api.Test;

final class BufferFilterTest {
    private final FilterFixture fixture = new FilterFixture();
    private final HttpFilter filter =
            fixture.filter(Buffer.newBuilder(), "{\"max_request_bytes\": 10}");

    @Test
    void aRequestGoesOnWhenItIsThereAndTellsItsLength() {
        FakeFilterStream stream = fixture.stream().unfinished();

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.AWAIT_BODY);
        filter.onRequestBody(stream.body("abc"));
        assertThat(stream.resumed()).isZero();
        filter.onRequestBody(stream.finished());

        assertThat(stream.resumed()).isEqualTo(1);
        assertThat(stream.bodyLimit()).isEqualTo(10);
        assertThat(stream.requestHeaders().get("content-length")).isEqualTo("3");
    }

    @Test
    void aRequestWithoutABodyIsNotHeldUp() {
        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void aRouteSwitchesItOff() {
        Object off = fixture.perRoute(BufferPerRoute.newBuilder(), "{\"disabled\": true}");
        FakeFilterStream stream =
                fixture.stream().unfinished().routeConfig(FilterFixture.NAME, off);

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.CONTINUE);
    }
}
