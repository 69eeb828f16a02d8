/// Tests.
@NullMarked
package io.meltemi.citadel.service;

import org.jspecify.annotations.NullMarked;
