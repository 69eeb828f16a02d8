package io.meltemi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.decode.DocumentDecoder;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.model.config.Kind;
import io.meltemi.model.diagnostic.Diagnostic;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FollowedGroupTest {
    @Test
    void everyKindThatIsServedIsFollowed() {
        assertThat(Arrays.stream(Kind.values()).map(k -> k.group() + "/" + k.kindName()))
                .isSubsetOf(followed().toList());
        assertThat(
                        Arrays.stream(GatewayApiKind.values())
                                .map(k -> GatewayApiKind.GROUP + "/" + k.kindName()))
                .isSubsetOf(followed().toList());
    }

    /// A kind that the decoders do not know would be followed in vain.
    @ParameterizedTest
    @MethodSource("kinds")
    void followedKindIsKnownInSomeVersion(FollowedGroup group, String kind) {
        assertThat(group.versions())
                .anySatisfy(version -> {
                    ClusterObject object = object(group.apiVersion(version), kind);
                    assertThat(DocumentDecoder.decode(object).findings().diagnostics())
                            .extracting(Diagnostic::code)
                            .doesNotContain("MEL0004", "MEL0015");
                });
    }

    private static ClusterObject object(String apiVersion, String kind) {
        Map<String, Object> metadata = Map.of("name", "istio", "namespace", "istio-system");
        return new ClusterObject(
                apiVersion,
                kind,
                "shop",
                "x",
                "1",
                Map.of("apiVersion", apiVersion, "kind", kind, "metadata", metadata));
    }

    static Stream<Arguments> kinds() {
        return FollowedGroup.ALL.stream()
                .flatMap(group -> group.kinds().stream().map(kind -> Arguments.of(group, kind)));
    }

    private static Stream<String> followed() {
        return FollowedGroup.ALL.stream()
                .flatMap(group -> group.kinds().stream().map(kind -> group.name() + "/" + kind));
    }
}
