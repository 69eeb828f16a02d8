package io.meltemi.xds.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import org.junit.jupiter.api.Test;

/// Protobuf's own methods are the oracle.
final class AnysTest {
    private static final Node NODE = Node.newBuilder().setId("n").setCluster("c").build();

    @Test
    void packsAsProtobufDoes() {
        assertThat(Anys.pack(NODE)).isEqualTo(Any.pack(NODE));
    }

    @Test
    void unpacksWhatProtobufPacked() throws InvalidProtocolBufferException {
        assertThat(Anys.unpack(Any.pack(NODE), Node.class)).isEqualTo(NODE);
    }

    @Test
    void tellsTypesApartByTheWholeName() {
        assertThat(Anys.is(Any.pack(NODE), Node.class)).isTrue();
        assertThat(Anys.is(Any.pack(NODE), Locality.class)).isFalse();
        assertThat(Anys.is(of("/envoy.config.core.v3.Node"), Node.class)).isTrue();
        assertThat(Anys.is(of("x/my.envoy.config.core.v3.Node"), Node.class)).isFalse();
        assertThat(Anys.is(of("envoy.config.core.v3.Node"), Node.class)).isFalse();
        assertThat(Anys.is(of(""), Node.class)).isFalse();
    }

    @Test
    void refusesAnotherTypeAndNamesBoth() {
        assertThatThrownBy(() -> Anys.unpack(Any.pack(NODE), Locality.class))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("envoy.config.core.v3.Node")
                .hasMessageContaining("envoy.config.core.v3.Locality");
    }

    @Test
    void refusesBytesThatAreNoMessage() {
        Any malformed =
                Any.pack(NODE).toBuilder()
                        .setValue(com.google.protobuf.ByteString.copyFromUtf8("\u0007no"))
                        .build();
        assertThatThrownBy(() -> Anys.unpack(malformed, Node.class))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    private static Any of(String url) {
        return Any.newBuilder().setTypeUrl(url).build();
    }
}
