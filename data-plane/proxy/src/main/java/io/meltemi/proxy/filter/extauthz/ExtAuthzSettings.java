package io.meltemi.proxy.filter.extauthz;

import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.MetadataMatch;
import org.jspecify.annotations.Nullable;

/// The compiled filter, but for whom it asks. Immutable.
///
/// @param name in its connection manager: routes know it by this
/// @param statPrefix behind `ext_authz.`, with its dot; may be empty
/// @param body null: the service sees no body
/// @param enabledMetadata only requests with this metadata are asked about; null: all
/// @param denyDisabled whether requests that are not asked about are refused
record ExtAuthzSettings(
        String name,
        String statPrefix,
        boolean failureModeAllow,
        boolean failureModeHeader,
        int errorStatus,
        boolean clearRouteCache,
        boolean takesMetadata,
        boolean chargesCluster,
        @Nullable Body body,
        Fraction enabled,
        @Nullable MetadataMatch enabledMetadata,
        boolean denyDisabled) {

    /// How much of the body the service sees. Immutable.
    ///
    /// @param partial whether a longer body is cut; otherwise it is refused
    record Body(int bytes, boolean partial, boolean packed) {}
}
