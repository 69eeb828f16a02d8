package io.meltemi.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PossessionTest {
    private static final int STEPS = 2_000;
    private static final int NAMES = 12;

    private final Possession possession = new Possession();
    private final Map<String, String> model = new HashMap<>();

    /// A map of names and versions, whatever it settles on in between.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itIsAMapWhateverItSettlesOn(long seed) {
        Random random = new Random(seed);
        SharedLayer layer = SharedLayer.of(resources(random));
        for (int step = 0; step < STEPS; step++) {
            String name = "n" + random.nextInt(NAMES);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    String version = random.nextInt(10) == 0 ? "" : version(random);
                    possession.put(name, version);
                    model.put(name, version);
                }
                case 3 -> {
                    possession.remove(name);
                    model.remove(name);
                }
                case 4 -> {
                    boolean any = possession.removeIf(n -> n.endsWith("1"));
                    assertThat(model.keySet().removeIf(n -> n.endsWith("1"))).isEqualTo(any);
                }
                case 5 -> {
                    layer = layer.next(resources(random));
                    possession.settleOn(LayeredResources.of(layer, Map.of()));
                }
                case 6 -> possession.settleOn(resources(random));
                default -> possession.settleOn(LayeredResources.of(layer, Map.of()));
            }
            assertThat(possession.names()).containsExactlyInAnyOrderElementsOf(model.keySet());
            assertThat(possession.size()).isEqualTo(model.size());
            model.forEach((n, version) ->
                    assertThat(possession.version(n)).as("step %s", seed).isEqualTo(version));
        }
    }

    private static Map<String, XdsResource> resources(Random random) {
        Map<String, XdsResource> resources = new LinkedHashMap<>();
        for (int i = 0; i < NAMES; i++) {
            if (random.nextInt(3) > 0) {
                XdsResource made =
                        XdsResource.of(ResourceType.ROUTE, "n" + i, StringValue.of("any"));
                resources.put(
                        "n" + i,
                        new XdsResource(made.type(), made.name(), version(random), made.body()));
            }
        }
        return resources;
    }

    private static String version(Random random) {
        return "v" + random.nextInt(4);
    }
}
