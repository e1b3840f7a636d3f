import type { TestUserEntity } from "../../entities/test-user.entity";
import { TestUserType } from "../../schema/test-user/test-user.type";

export function toTestUser(user: TestUserEntity): TestUserType {
  return Object.assign(new TestUserType(), {
    id: user.id,
    provider: user.provider,
    country: user.country,
    description: user.description,
    status: user.status,
    providerUserId: user.providerUserId,
    nickname: user.nickname,
    email: user.email,
    createdAt: user.createdAt,
    expiresAt: user.status === "FAILED" ? null : user.expiresAt,
  } satisfies TestUserType);
}
