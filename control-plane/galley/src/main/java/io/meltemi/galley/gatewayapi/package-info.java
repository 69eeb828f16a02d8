/// The Gateway API of Kubernetes as input: what its documents say, and what that means in the
/// mesh's own kinds. Nobody else sees a type of the Gateway API.
@NullMarked
package io.meltemi.galley.gatewayapi;

import org.jspecify.annotations.NullMarked;
