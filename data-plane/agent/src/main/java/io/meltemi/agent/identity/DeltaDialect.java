package io.meltemi.agent.identity;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.meltemi.xds.message.Anys;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Delta: requests add and remove names, answers carry what is new. Confined to its stream.
final class DeltaDialect implements SecretDialect<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
    private final Set<String> wanted = new LinkedHashSet<>();
    private final Set<String> unanswered = new LinkedHashSet<>();

    @Override
    public boolean read(DeltaDiscoveryRequest request) {
        for (String name : request.getResourceNamesSubscribeList()) {
            if (wanted.size() < NAMES_LIMIT) {
                wanted.add(name);
                // Named again, it is wanted again, even if it was answered.
                unanswered.add(name);
            }
        }
        request.getResourceNamesUnsubscribeList().forEach(wanted::remove);
        unanswered.retainAll(wanted);
        return !unanswered.isEmpty();
    }

    @Override
    public DeltaDiscoveryResponse answer(SecretResources secrets, String version) {
        DeltaDiscoveryResponse.Builder response =
                DeltaDiscoveryResponse.newBuilder()
                        .setTypeUrl(TYPE_URL)
                        .setSystemVersionInfo(version)
                        .setNonce(version);
        for (String name : unanswered) {
            Optional<Secret> secret = secrets.find(name);
            if (secret.isEmpty()) {
                response.addRemovedResources(name);
            } else {
                response.addResources(
                        Resource.newBuilder()
                                .setName(name)
                                .setVersion(version)
                                .setResource(Anys.pack(secret.get())));
            }
        }
        unanswered.clear();
        return response.build();
    }

    @Override
    public void forgetAnswers() {
        unanswered.addAll(wanted);
    }
}
