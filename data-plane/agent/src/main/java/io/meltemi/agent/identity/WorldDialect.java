package io.meltemi.agent.identity;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.meltemi.xds.message.Anys;
import java.util.Set;

/// State of the world: each request names everything wanted. Confined to its stream.
final class WorldDialect implements SecretDialect<DiscoveryRequest, DiscoveryResponse> {
    private Set<String> wanted = Set.of();
    private boolean answered;

    @Override
    public boolean read(DiscoveryRequest request) {
        Set<String> names =
                Set.copyOf(request.getResourceNamesList().stream().limit(NAMES_LIMIT).toList());
        if (!names.equals(wanted)) {
            wanted = names;
            answered = false;
        }
        return !answered && !wanted.isEmpty();
    }

    @Override
    public DiscoveryResponse answer(SecretResources secrets, String version) {
        DiscoveryResponse.Builder response =
                DiscoveryResponse.newBuilder()
                        .setTypeUrl(TYPE_URL)
                        .setVersionInfo(version)
                        .setNonce(version);
        for (String name : wanted) {
            secrets.find(name).map(Anys::pack).ifPresent(response::addResources);
        }
        answered = true;
        return response.build();
    }

    @Override
    public void forgetAnswers() {
        answered = false;
    }
}
