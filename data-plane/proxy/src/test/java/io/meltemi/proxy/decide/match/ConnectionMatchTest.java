package io.meltemi.proxy.decide.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConnectionMatchTest {
    /// What is asked of a certificate, what the client did, and whether that is a match.
    @ParameterizedTest
    @CsvSource({
        ",,      false, false, true",
        "true,,  false, false, false",
        "true,,  true,  false, true",
        "false,, true,  false, false",
        "false,, false, false, true",
        ",true,  true,  false, false",
        ",true,  true,  true,  true",
        ",false, true,  true,  false",
        "true,false, true, false, true",
    })
    void certificates(
            @Nullable Boolean presented,
            @Nullable Boolean validated,
            boolean isPresented,
            boolean isValidated,
            boolean matches) {
        ConnectionMatch match = new ConnectionMatch(presented, validated, List.of());

        assertThat(match.matches(new Facts(isPresented, isValidated))).isEqualTo(matches);
    }

    @Test
    void everyStateMustBeThere() {
        var a = new ConnectionMatch.State("a", new StringMatch.Exact("value of a", false));
        var none = new ConnectionMatch.State("none", new StringMatch.Prefix("", false));
        Facts facts = new Facts(false, false);

        assertThat(new ConnectionMatch(null, null, List.of(a)).matches(facts)).isTrue();
        assertThat(new ConnectionMatch(null, null, List.of(a, none)).matches(facts)).isFalse();
        assertThat(new ConnectionMatch(null, null, List.of(a)).matches(null)).isFalse();
    }

    private record Facts(boolean isPeerCertificatePresented, boolean isPeerCertificateValidated)
            implements RequestFacts {
        @Override
        public HeaderMap requestHeaders() {
            return new HeaderMap();
        }

        @Override
        public InetSocketAddress downstreamRemoteAddress() {
            return InetSocketAddress.createUnresolved("", 0);
        }

        @Override
        public InetSocketAddress downstreamLocalAddress() {
            return InetSocketAddress.createUnresolved("", 0);
        }

        @Override
        public @Nullable String peerUri() {
            return null;
        }

        @Override
        public @Nullable String requestedServerName() {
            return null;
        }

        @Override
        public @Nullable Object dynamicMetadata(String namespace) {
            return null;
        }

        @Override
        public @Nullable String filterState(String key) {
            return key.equals("none") ? null : "value of " + key;
        }
    }
}
