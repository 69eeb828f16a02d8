package io.meltemi.proxy;

import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigProblem;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What is wrong with the resources of one response that is taken whole or not at all. Confined to
/// the configuration thread.
final class ResponsePlaces {
    private final Map<String, ConfigPlace> byName = new HashMap<>();

    /// Where the problems of a resource are put.
    ConfigPlace of(String resource) {
        return byName.computeIfAbsent(resource, _ -> ConfigPlace.root(""));
    }

    /// Whether nothing is wrong with this one.
    boolean isClean(String resource) {
        ConfigPlace place = byName.get(resource);
        return place == null || place.isClean();
    }

    boolean areClean() {
        return byName.values().stream().allMatch(ConfigPlace::isClean);
    }

    /// Why the response is refused: something about each resource, or nothing.
    List<ResourceProblem> problems(List<XdsResource> resources) {
        if (areClean()) {
            return List.of();
        }
        List<ResourceProblem> problems = new ArrayList<>();
        for (XdsResource resource : resources) {
            List<ConfigProblem> own = of(resource.name()).problems();
            problems.add(
                    own.isEmpty()
                            ? new ResourceProblem(
                                    resource.name(),
                                    "is not taken, because another one of the response is refused",
                                    ResourceProblem.Cause.ANOTHER)
                            : new ResourceProblem(
                                    resource.name(),
                                    own.stream()
                                            .map(ConfigProblem::toString)
                                            .collect(Collectors.joining("; "))));
        }
        return problems;
    }
}
