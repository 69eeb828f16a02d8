package io.meltemi.proxy.decide.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy.Entry;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateLimitActionTest {
    private final FakeFilterStream stream = new FakeFilterStream(new EmbeddedChannel().eventLoop());

    @ParameterizedTest
    @CsvSource({
        "0, 0.0.0.0/0",
        "7, 10.0.0.0/7",
        "16, 10.0.0.0/16",
        "31, 10.0.0.0/31",
        "32, 10.0.0.1/32"
    })
    void aMaskedAddressKeepsItsFirstBits(int bits, String value) {
        List<Entry> entries = new ArrayList<>();

        assertThat(
                        new RateLimitAction.MaskedRemoteAddress(bits, 64)
                                .append(stream, "local", entries))
                .isTrue();
        assertThat(entries).containsExactly(new Entry("masked_remote_address", value));
    }

    @Test
    void aQueryCanBeWantedOrUnwanted() {
        stream.header(":path", "/a?b=c");
        List<QueryMatch> queries = List.of(new QueryMatch("b", null, true));
        List<Entry> entries = new ArrayList<>();

        assertThat(
                        new RateLimitAction.QueryValueMatch("k", "v", true, queries)
                                .append(stream, "local", entries))
                .isTrue();
        assertThat(
                        new RateLimitAction.QueryValueMatch("k", "v", false, queries)
                                .append(stream, "local", entries))
                .isFalse();
        assertThat(entries).containsExactly(new Entry("k", "v"));
    }
}
