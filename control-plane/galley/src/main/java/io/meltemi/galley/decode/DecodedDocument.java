package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiObject;
import io.meltemi.galley.kubernetes.KubernetesObject;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import java.util.Optional;

/// One document after decoding, broken or not. Confined to the thread that reads the state, for the
/// sake of its findings.
///
/// @param name absent when its kind is not served
/// @param resource absent when not even its kind and name could be read
/// @param object of Kubernetes, in the place of a resource
/// @param gatewayApi a document of the Gateway API, in the place of a resource
public record DecodedDocument(
        Optional<ResourceName> name,
        Optional<Sourced<ConfigResource>> resource,
        Optional<KubernetesObject> object,
        Optional<GatewayApiObject> gatewayApi,
        Findings findings) {
    /// A document that says nothing, or nothing that could be read.
    static DecodedDocument nothing(Findings findings) {
        return new DecodedDocument(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), findings);
    }

    /// The same with findings that another judging may add to.
    public DecodedDocument with(Findings others) {
        return new DecodedDocument(name, resource, object, gatewayApi, others);
    }
}
