package io.meltemi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meltemi.galley.source.ClusterObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectStoreTest {
    private static final ServedKind SECRETS = new ServedKind("", "v1", "Secret", "secrets", true);
    private static final ServedKind CONFIG_MAPS =
            new ServedKind("", "v1", "ConfigMap", "configmaps", true);

    @Test
    void secretsOfApplicationsAreNotKept() {
        ObjectStore store = new ObjectStore(SECRETS);

        put(store, "Secret", "type: Opaque\ndata: {password: c2VjcmV0}");

        assertThat(store.objects()).isEmpty();
        assertThat(store.changes()).isZero();
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void ofASecretOnlyItsCertificatesAreKept() {
        ObjectStore store = new ObjectStore(SECRETS);

        put(store, "Secret", "type: Opaque\ndata: {password: c2VjcmV0, cert: YQ==, key: Yg==}");

        assertThat(store.objects())
                .singleElement()
                .extracting(ClusterObject::fields)
                .satisfies(fields -> {
                    assertThat(fields).containsEntry("type", "Opaque");
                    assertThat(fields).containsEntry("data", Map.of("cert", "YQ==", "key", "Yg=="));
                });
    }

    @Test
    void secretThatLosesItsCertificateIsAChangeAndWhatFollowsIsNone() {
        ObjectStore store = new ObjectStore(SECRETS);
        put(store, "Secret", "type: Opaque\ndata: {cacert: YQ==}");
        assertThat(store.changes()).isEqualTo(1);

        put(store, "Secret", "type: Opaque\ndata: {password: YQ==}");
        assertThat(store.changes()).isEqualTo(2);
        assertThat(store.objects()).isEmpty();

        put(store, "Secret", "type: Opaque\ndata: {password: Yg==}");
        store.remove("shop/x");
        assertThat(store.changes()).isEqualTo(2);
    }

    @Test
    void ofConfigMapsTheMeshsSettingsAndAuthoritiesAreKept() {
        ObjectStore store = new ObjectStore(CONFIG_MAPS);
        put(store, "ConfigMap", "data: {mesh: whatever}");
        assertThat(store.objects()).isEmpty();

        put(store, "ConfigMap", "data: {ca.crt: whatever, motd: hello}");

        assertThat(store.objects())
                .singleElement()
                .extracting(object -> object.fields().get("data"))
                .isEqualTo(Map.of("ca.crt", "whatever"));
    }

    private static void put(ObjectStore store, String kind, String more) {
        GenericKubernetesResource resource =
                Serialization.unmarshal(
                        """
                        apiVersion: v1
                        kind: %s
                        metadata: {name: x, namespace: shop}
                        %s
                        """
                                .formatted(kind, more),
                        GenericKubernetesResource.class);
        store.put(store.getKey(resource), resource);
    }
}
