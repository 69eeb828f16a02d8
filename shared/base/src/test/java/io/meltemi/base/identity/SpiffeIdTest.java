package io.meltemi.base.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpiffeIdTest {
    @Test
    void readsWhatItWrites() {
        var id = new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");

        assertThat(id).hasToString("spiffe://cluster.local/ns/shop/sa/invoice");
        assertThat(SpiffeId.parse(id.toString())).contains(id);
        assertThat(id.principal()).isEqualTo("cluster.local/ns/shop/sa/invoice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://cluster.local/ns/a/sa/b",
                "spiffe://cluster.local/ns/a",
                "spiffe://cluster.local/ns//sa/b",
                "spiffe://Cluster.Local/ns/a/sa/b",
                "spiffe://cluster.local/ns/a/sa/b/c"
            })
    void refusesOtherShapes(String uri) {
        assertThat(SpiffeId.parse(uri)).isEmpty();
    }

    @Test
    void aSegmentCannotSmuggleASlash() {
        assertThatThrownBy(() -> new SpiffeId(TrustDomain.CLUSTER_LOCAL, "a/sa/admin", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a/sa/admin");
    }
}
