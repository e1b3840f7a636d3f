import { AlertEntity } from "./alert.entity";
import { ApiKeyEntity } from "./api-key.entity";
import { BillingSubscriptionEntity } from "./billing-subscription.entity";
import { ConnectionAttemptEntity } from "./connection-attempt.entity";
import { CredentialRenewalEntity } from "./credential-renewal.entity";
import { EventEntity } from "./event.entity";
import { EventStreamEntity } from "./event-stream.entity";
import { FollowUpEntity } from "./follow-up.entity";
import { HeartbeatEntity } from "./heartbeat.entity";
import { InboxDeliveryEntity } from "./inbox-delivery.entity";
import { MarketplaceEntity } from "./marketplace.entity";
import { MarketplaceEventEntity } from "./marketplace-event.entity";
import { MarketplaceOrderEntity } from "./marketplace-order.entity";
import { MarketplaceStreamEntity } from "./marketplace-stream.entity";
import { ObservationEntity } from "./observation.entity";
import { OperationEntity } from "./operation.entity";
import { PaymentEntity } from "./payment.entity";
import { PayoutEntity } from "./payout.entity";
import { PointDeviceEntity } from "./point-device.entity";
import { PointOrderEntity } from "./point-order.entity";
import { ProviderAccountEntity } from "./provider-account.entity";
import { RefundEntity } from "./refund.entity";
import { SellerEntity } from "./seller.entity";
import { SubscriptionPlanEntity } from "./subscription-plan.entity";
import { TestUserEntity } from "./test-user.entity";
import { TransferEntity } from "./transfer.entity";
import { WatchTokenEntity } from "./watch-token.entity";

/** Every table that the gateway has. */
export const entities = [
  AlertEntity,
  ApiKeyEntity,
  ConnectionAttemptEntity,
  CredentialRenewalEntity,
  EventEntity,
  EventStreamEntity,
  FollowUpEntity,
  HeartbeatEntity,
  InboxDeliveryEntity,
  MarketplaceEntity,
  MarketplaceEventEntity,
  MarketplaceOrderEntity,
  MarketplaceStreamEntity,
  ObservationEntity,
  OperationEntity,
  PaymentEntity,
  PayoutEntity,
  PointDeviceEntity,
  PointOrderEntity,
  ProviderAccountEntity,
  RefundEntity,
  SellerEntity,
  SubscriptionPlanEntity,
  BillingSubscriptionEntity,
  TransferEntity,
  TestUserEntity,
  WatchTokenEntity,
];
