/*
 * central.c: see central.h.
 */
#include "client/commands/central.h"

#include "common/base/fault.h"
#include "common/wire/codec.h"

int central_only(const struct command_context *context)
{
    if (context->identity.role == CI__ROLE__ROLE_CENTRAL)
        return 0;
    return command_refuse(context, EXIT_FAILED, "no_right", "Dit kan alleen het programmateam.",
                          "This is for the central team only.");
}

int central_write(const struct command_context *context, const char *key, const void *value)
{
    const struct draft draft = {
        .dossier = "NL",
        .key = key,
        .value = codec_pack(value, context->arena),
        .author = context->identity.person,
    };

    if (!key || !draft.value.data)
        return FAULT(FAULT_MEMORY, "out of memory for what is to be saved");
    return replica_write(context->replica, &draft, 1, NULL);
}

int central_value(const struct command_context *context, const char *key, const ProtobufCMessageDescriptor *descriptor,
                  void *out)
{
    Ci__Edit *edit = NULL;
    int result = key ? replica_word(context->replica, context->arena, "NL", key, &edit, NULL)
                     : FAULT(FAULT_MEMORY, "out of memory");

    if (result != 0)
        return result;
    if (edit->cleared)
        return REPLICA_NONE;
    if (codec_unpack(descriptor, bytes_from(edit->value), context->arena, out) != 0)
        return FAULT(FAULT_CORRUPT, "what is stored under %s cannot be read", key);
    return 0;
}

int central_is_revoked(const struct command_context *context, const char *id, bool *revoked)
{
    Ci__Revocation *revocation = NULL;
    int found = central_value(context, arena_format(context->arena, "revocation/%s", id), &ci__revocation__descriptor,
                              &revocation);

    *revoked = found == 0 && revocation->revoked;
    return found < 0 ? found : 0;
}
