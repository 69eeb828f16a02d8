package io.meltemi.kubernetes;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Asks an API server which of the kinds that a mesh follows it serves, and how. Thread-safe.
///
/// A kind is often served in several versions, each with all of its objects: the first that Galley
/// reads is taken, so that no object comes twice.
final class Discovery {
    private final KubernetesClient client;

    Discovery(KubernetesClient client) {
        this.client = client;
    }

    /// @param kinds those of the group that are asked for
    /// @throws KubernetesClientException when the API server cannot be asked
    List<ServedKind> served(FollowedGroup group, List<String> kinds) {
        List<ServedKind> served = new ArrayList<>();
        Set<String> missing = new HashSet<>(kinds);
        for (String version : group.versions()) {
            if (missing.isEmpty()) {
                break;
            }
            for (APIResource resource : resources(group.apiVersion(version))) {
                // `pods/log` and the like are parts of others.
                if (!resource.getName().contains("/") && missing.remove(resource.getKind())) {
                    served.add(
                            new ServedKind(
                                    group.name(),
                                    version,
                                    resource.getKind(),
                                    resource.getName(),
                                    resource.getNamespaced()));
                }
            }
        }
        return served;
    }

    private List<APIResource> resources(String apiVersion) {
        try {
            APIResourceList list = client.getApiResources(apiVersion);
            return list == null ? List.of() : list.getResources();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }
}
