/// What Citadel answers over gRPC.
@NullMarked
package io.meltemi.citadel.service;

import org.jspecify.annotations.NullMarked;
