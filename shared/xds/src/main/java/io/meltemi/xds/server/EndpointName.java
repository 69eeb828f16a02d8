package io.meltemi.xds.server;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.util.Optional;

/// Which endpoints a cluster asks for, and whether it gets any. Thread-safe: stateless.
final class EndpointName {
    private static final int LOCALITIES = messageTag(ClusterLoadAssignment.ENDPOINTS_FIELD_NUMBER);
    private static final int ENDPOINTS = messageTag(LocalityLbEndpoints.LB_ENDPOINTS_FIELD_NUMBER);

    private EndpointName() {}

    private static int messageTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /// The name of the cluster's load assignment; empty when it has none of its own type or cannot
    /// be read.
    static Optional<String> of(XdsResource resource) {
        try {
            Cluster cluster = Cluster.parseFrom(resource.body().getValue());
            if (cluster.getType() != Cluster.DiscoveryType.EDS) {
                return Optional.empty();
            }
            String service = cluster.getEdsClusterConfig().getServiceName();
            return Optional.of(service.isEmpty() ? cluster.getName() : service);
        } catch (InvalidProtocolBufferException _) {
            // The proxy will say so; there is nothing to warm.
            return Optional.empty();
        }
    }

    /// Whether a load assignment leaves its cluster without endpoints. Looks no further than the
    /// first: every assignment of every proxy is asked.
    static boolean leavesNone(XdsResource resource) {
        try {
            CodedInputStream in = resource.body().getValue().newCodedInput();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == LOCALITIES && hasEndpoint(in)) {
                    return false;
                } else if (tag != LOCALITIES) {
                    in.skipField(tag);
                }
            }
            return true;
        } catch (IOException _) {
            // The proxy will say so.
            return false;
        }
    }

    private static boolean hasEndpoint(CodedInputStream in) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == ENDPOINTS) {
                return true;
            }
            in.skipField(tag);
        }
        in.popLimit(outer);
        return false;
    }
}
