package io.meltemi.galley.gatewayapi;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import java.util.List;

/// What documents of the Gateway API come to. Immutable.
///
/// @param resources what there is to route, each with the place of the document it comes from
/// @param statuses of the Gateways that are the mesh's, and of all routes
public record ConvertedApi(List<Sourced<ConfigResource>> resources, List<ApiStatus> statuses) {
    public ConvertedApi {
        resources = List.copyOf(resources);
        statuses = List.copyOf(statuses);
    }
}
