package io.meltemi.xds.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Confined to one test thread.
final class LayeredResourcesTest {
    private static final Map<String, XdsResource> SHARED = resources("a", "b");

    @Test
    void bothLayersAreSeenTheSharedOneFirst() {
        Map<String, XdsResource> map = layers(SHARED, resources("c"));

        assertThat(map).hasSize(3).containsKeys("a", "c").doesNotContainKey("d");
        assertThat(map.keySet()).containsExactly("a", "b", "c");
        assertThat(map.get("c")).isEqualTo(resource("c"));
        assertThat(map.get("d")).isNull();
    }

    @Test
    void equalityLooksAtTheResourcesNotAtTheLayers() {
        Map<String, XdsResource> map = layers(SHARED, resources("c"));

        assertThat(map).isEqualTo(layers(resources("a", "b"), resources("c")));
        assertThat(map).isEqualTo(layers(resources("a"), resources("b", "c")));
        assertThat(map).isEqualTo(resources("c", "b", "a"));
        assertThat(map).hasSameHashCodeAs(resources("a", "b", "c"));
        assertThat(map).isNotEqualTo(layers(SHARED, resources("d")));
        assertThat(map).isNotEqualTo(layers(resources("a"), resources("c")));
    }

    @Test
    void aSnapshotKeepsItWithoutCopying() {
        Map<String, XdsResource> map = layers(SHARED, resources("c"));

        XdsSnapshot snapshot = new XdsSnapshot("1", Map.of(ResourceType.CLUSTER, map));

        assertThat(snapshot.of(ResourceType.CLUSTER)).isSameAs(map);
    }

    @Test
    void aNameStandsInOneLayerOnly() {
        assertThatThrownBy(() -> layers(SHARED, resources("b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'b'");
    }

    @Test
    void nothingCanBeChanged() {
        Map<String, XdsResource> map = layers(SHARED, resources("c"));

        assertThatThrownBy(() -> map.put("d", resource("d")))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.entrySet().iterator().next().setValue(resource("d")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theDifferenceToTheLayerBeforeIsKnownWithoutLookingAtAll() {
        SharedLayer first = SharedLayer.of(resources("a", "b"));
        SharedLayer second = first.next(resources("b", "c"));
        LayeredResources before = LayeredResources.of(first, resources("own"));
        LayeredResources after = LayeredResources.of(second, resources("own", "more"));

        assertThat(LayeredResources.difference(before, after))
                .containsExactlyInAnyOrder("a", "c", "more");
        assertThat(LayeredResources.difference(before, layers(resources("a", "b"), Map.of())))
                .isNull();
        assertThat(first.next(resources("b", "a"))).isSameAs(first);
    }

    private static LayeredResources layers(
            Map<String, XdsResource> shared, Map<String, XdsResource> own) {
        return LayeredResources.of(SharedLayer.of(shared), own);
    }

    private static Map<String, XdsResource> resources(String... names) {
        Map<String, XdsResource> resources = new LinkedHashMap<>();
        List.of(names).forEach(name -> resources.put(name, resource(name)));
        return resources;
    }

    private static XdsResource resource(String name) {
        return new XdsResource(ResourceType.CLUSTER, name, "1", Any.getDefaultInstance());
    }
}
